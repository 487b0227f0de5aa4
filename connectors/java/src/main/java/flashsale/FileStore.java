package flashsale;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** For the processes of one machine: a folder that they all can write, and nobody else. */
public record FileStore(Path folder) implements Store {
    private static final int BUCKET_SECONDS = 60;
    private static final boolean IS_POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final FileAttribute<?>[] MODE = IS_POSIX
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))}
        : new FileAttribute<?>[0]; // where files have no owner's rights

    @Override
    public boolean once(String key, long until) throws IOException {
        var bucket = folder.resolve("used-" + (until / BUCKET_SECONDS + 1));
        if (!Files.isDirectory(bucket)) {
            Files.createDirectories(bucket, MODE);
            sweep();
        }
        return bucket.resolve(key).toFile().createNewFile(); // created by us, or it was there
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
