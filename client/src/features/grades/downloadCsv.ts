/**
 * Saves a table as a file. Reading the response as text removes its byte order mark, without which Excel would not recognise
 * UTF-8.
 */
export function downloadCsv(text: string, name: string): void {
  const mark = '\uFEFF';
  const blob = new Blob([text.startsWith(mark) ? text : mark + text], { type: 'text/csv;charset=utf-8' });
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // some browsers read it only after the click has been handled
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
