/**
 * The id by which @tus/server knows an upload: it gives hooks and stores no request, so the tenant travels in the id.
 * The client sees the artifact's id only; the institution is put in front from its session.
 */
export interface UploadKey {
  institutionId: string;
  artifactId: string;
}

export function toUploadId(key: UploadKey): string {
  return `${key.institutionId}:${key.artifactId}`;
}

export function fromUploadId(id: string): UploadKey {
  const at = id.indexOf(':');
  if (at < 1) throw new Error('the upload id names no institution');
  return { institutionId: id.slice(0, at), artifactId: id.slice(at + 1) };
}
