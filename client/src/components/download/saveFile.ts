export type FileType = 'text/csv' | 'application/json';

/**
 * Saves a text as a file, as a download does. Reading a table as text has removed its byte order mark, without which Excel would not
 * recognise UTF-8: it gets one again.
 */
export function saveFile(text: string, name: string, type: FileType): void {
  const mark = '\uFEFF';
  const content = type === 'text/csv' && !text.startsWith(mark) ? mark + text : text;
  const address = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // some browsers read it only after the click has been handled
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
