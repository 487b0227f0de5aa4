package flashsale;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

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

    // Nothing depends on it: what another process has swept meanwhile is away.
    private void sweep() {
        long now = System.currentTimeMillis() / 1000 / BUCKET_SECONDS;
        for (var bucket : folder.toFile().listFiles((all, name) -> name.startsWith("used-"))) {
            if (Long.parseLong(bucket.getName().substring(5)) >= now) continue;
            for (var file : Objects.requireNonNullElse(bucket.listFiles(), new File[0])) file.delete();
            bucket.delete();
        }
    }
}
