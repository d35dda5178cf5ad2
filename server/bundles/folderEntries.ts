import { createReadStream } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { EntryList, type Entries } from './entries.ts';
import { refuse } from './refusals.ts';

/** Lists one folder. @returns the paths of the folders in it, which are still to be listed */
async function listFolder(root: string, folder: string, list: EntryList): Promise<string[]> {
  const folders: string[] = [];
  for await (const { name } of await opendir(join(root, folder))) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const stats = await lstat(join(root, path));
    if (stats.isDirectory()) {
      list.addFolder(path);
      folders.push(path);
      continue;
    }
    // a link could lead out of the folder, and a device never ends
    if (!stats.isFile()) throw refuse('not_a_file', path);
    const open = () => Promise.resolve(createReadStream(join(root, path)));
    list.addFile({ path, packedSize: stats.size, open });
  }
  return folders;
}

/** Lists the files of a folder and of those in it. @throws {AppError} BUNDLE_REFUSED at the first that does not fit */
export async function listFolderEntries(root: string): Promise<Entries> {
  const list = new EntryList();
  const folders = [''];
  for (const folder of folders) folders.push(...(await listFolder(root, folder, list)));
  return { files: list.files, close: () => Promise.resolve() };
}
