package flashsale;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** For the processes of one machine: a folder that they all can write, and nobody else. */
public record FileStore(Path folder) implements Store {
    private static final int BUCKET_SECONDS = 60;

    @Override
    public boolean once(String key, long until) throws IOException {
        var bucket = folder.resolve("used-" + (until / BUCKET_SECONDS + 1));
        if (!Files.isDirectory(bucket)) {
            Files.createDirectories(bucket);
            sweep();
        }
        try {
            Files.createFile(bucket.resolve(key)); // created by us, or it was there
            return true;
        } catch (FileAlreadyExistsException used) {
            return false;
        }
    }

    private void sweep() throws IOException {
        long now = System.currentTimeMillis() / 1000 / BUCKET_SECONDS;
        try (var buckets = Files.newDirectoryStream(folder, "used-*")) {
            for (var bucket : buckets) {
                if (Long.parseLong(bucket.getFileName().toString().substring(5)) >= now) continue;
                try (var files = Files.newDirectoryStream(bucket)) {
                    for (var file : files) Files.deleteIfExists(file);
                    Files.deleteIfExists(bucket);
                } catch (NoSuchFileException swept) {
                    continue; // by another process
                }
            }
        }
    }
}
