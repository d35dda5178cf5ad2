/** Downloads what a link of ours leads to; the page stays. @param name  used if the response gives none */
export function startDownload(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
