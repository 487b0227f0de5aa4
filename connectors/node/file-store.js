import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const BUCKET_SECONDS = 60;

/** Shares what was used among the processes of one machine, by a folder that they all can write, and nobody else. */
export class FileStore {
  constructor(folder) {
    this.folder = folder;
  }

  async once(key, until) {
    const folder = join(this.folder, `used-${Math.floor(until / BUCKET_SECONDS) + 1}`);
    if (await mkdir(folder, { recursive: true, mode: 0o700 })) await this.#sweep();
    try {
      const file = await open(join(folder, createHash('sha256').update(key).digest('hex')), 'wx'); // created by us, or it was there
      await file.close();
      return true;
    } catch (error) {
      if (error.code === 'EEXIST') return false;
      throw error;
    }
  }

  async #sweep() {
    const now = Math.floor(Date.now() / 1000 / BUCKET_SECONDS);
    for (const name of await readdir(this.folder))
      if (name.startsWith('used-') && Number(name.slice(5)) < now) await rm(join(this.folder, name), { recursive: true, force: true });
  }
}
