package flashsale;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** For the processes of one machine: a folder that they all can write, and nobody else. */
public final class FileStore implements Store {
    private static final int BUCKET_SECONDS = 60;

    private final Path folder;
    private final FileAttribute<?>[] mode; // none where files have no owner's rights

    public FileStore(Path folder) throws IOException {
        this.folder = folder;
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        boolean isPosix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        mode = isPosix ? new FileAttribute<?>[] {owner} : new FileAttribute<?>[0];
        Files.createDirectories(folder, mode);
    }

    @Override
    public boolean once(String key, long until) throws IOException {
        Path bucket = folder.resolve("used-" + (until / BUCKET_SECONDS + 1));
        if (!Files.isDirectory(bucket)) {
            Files.createDirectories(bucket, mode);
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
            for (Path bucket : buckets) {
                if (Long.parseLong(bucket.getFileName().toString().substring(5)) >= now) continue;
                try (var files = Files.newDirectoryStream(bucket)) {
                    for (Path file : files) Files.deleteIfExists(file);
                }
                Files.deleteIfExists(bucket); // another process may be sweeping too
            }
        }
    }
}
