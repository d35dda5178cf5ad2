import { createHash, randomBytes } from 'node:crypto';
import type { FrozenPiece } from './submission.model.ts';

/** A fingerprint in lower-case hex; text is hashed as UTF-8. */
export function sha256Hex(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * The digest of a submission: SHA-256 over its manifest in a fixed form (nonce, attempt, number, then kind, id, fingerprint of
 * each piece in order). An award will cite it, so its form must never change; a new one needs a new tag.
 */
export function manifestDigest(input: {
  nonce: string;
  attemptId: string;
  n: number;
  pieces: readonly FrozenPiece[];
}): string {
  const lines = input.pieces.map((piece) => [piece.kind, piece.id, piece.sha256]);
  return sha256Hex(JSON.stringify(['waymark-manifest-1', input.nonce, input.attemptId, input.n, lines]));
}

/** 128 random bits, hex. */
export function newNonce(): string {
  return randomBytes(16).toString('hex');
}

const CODE_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Four letters or digits that people use to refer to a submission; none that look alike. Not unique, not secret. */
export function newCode(): string {
  return [...randomBytes(4)].map((byte) => CODE_LETTERS[byte % CODE_LETTERS.length]).join('');
}
