import { parse } from 'node:querystring';
import { urlencoded, type RequestHandler } from 'express';

/** Tokens with long hints and rosters of roles stay far below this. */
const LIMIT_BYTES = 256 * 1024;
const LIMIT_FIELDS = 100;
const PLAIN = /^application\/x-www-form-urlencoded(?:; ?charset=utf-8)?$/i;

/** An error in the form of body-parser's, whose `type` `clientFaults.ts` recognises. */
const faultOf = (type: string): Error => Object.assign(new Error(type), { type });

function toFields(text: string): Record<string, unknown> {
  let fields = 1;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) fields += 1;
  if (fields > LIMIT_FIELDS) throw faultOf('parameters.too.many');
  const read = parse(text, '&', '=', { maxKeys: 0 });
  // as in body-parser: neither is a valid name
  delete read[''];
  delete read['__proto__'];
  return read;
}

/**
 * Reads a posted form into `body`. What browsers send, UTF-8 with a Content-Length, is read without body-parser's detour through
 * streams, charsets and nested names; anything else (compressed, chunked, another charset) takes that detour.
 */
export function readForms(): RequestHandler {
  const anyForm = urlencoded({ extended: false, limit: LIMIT_BYTES, parameterLimit: LIMIT_FIELDS });
  return (req, res, next) => {
    const { headers } = req;
    const length = Number(headers['content-length'] ?? 0);
    const isPlain =
      length > 0 &&
      length <= LIMIT_BYTES &&
      headers['content-encoding'] === undefined &&
      PLAIN.test(headers['content-type'] ?? '');
    if (!isPlain) {
      anyForm(req, res, next);
      return;
    }
    const parts: Buffer[] = [];
    let isOver = false;
    const end = (work: () => void): void => {
      if (isOver) return;
      isOver = true;
      try {
        work();
      } catch (error) {
        next(error);
        return;
      }
      next();
    };
    const read = (): void => {
      req.body = toFields(Buffer.concat(parts).toString('utf8'));
    };
    const breakOff = (): void => {
      throw faultOf('request.aborted');
    };
    req.on('data', (part: Buffer) => parts.push(part));
    req.once('end', () => end(read));
    req.once('error', () => end(breakOff));
    req.once('close', () => end(breakOff));
  };
}
