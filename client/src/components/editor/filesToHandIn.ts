/**
 * Files of a paste or drop that are to become artifacts. Word processors add a picture of the text to the text itself: if there
 * is text, the text is meant.
 */
export function filesToHandIn(data: DataTransfer | null): File[] {
  if (!data) return [];
  const files = [...data.files];
  if (files.length === 0 || data.getData('text/plain').trim() !== '') return [];
  return files;
}
