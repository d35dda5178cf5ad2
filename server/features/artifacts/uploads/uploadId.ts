/**
 * The id that @tus/server uses for an upload: its hooks and stores get no request, so the tenant travels in the id. The client
 * sees only the artifact's id; the institution is prepended from its session.
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
