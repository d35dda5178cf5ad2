/**
 * Files of a paste or drop that are to become artifacts. Text processors put a picture of the text beside the text itself:
 * where there is text, the text is meant.
 */
export function filesToHandIn(data: DataTransfer | null): File[] {
  if (!data) return [];
  const files = [...data.files];
  if (files.length === 0 || data.getData('text/plain').trim() !== '') return [];
  return files;
}
