import type { Store } from './index.js';

export class FileStore implements Store {
  constructor(folder: string);
  once(key: string, until: number): Promise<boolean>;
}
