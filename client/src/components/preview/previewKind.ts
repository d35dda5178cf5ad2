/** How a file is shown in the page; `none`: as a download only. */
export type PreviewKind = 'image' | 'pdf' | 'video' | 'audio' | 'text' | 'none';

/** By the type that the server found in the content, if the server says that browsers can show it. */
export function previewKind(mediaType: string | null, previewable: boolean): PreviewKind {
  if (!previewable || mediaType === null) return 'none';
  if (mediaType === 'application/pdf') return 'pdf';
  const [top] = mediaType.split('/');
  return top === 'image' || top === 'video' || top === 'audio' || top === 'text' ? top : 'none';
}
