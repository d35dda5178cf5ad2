import type { ArtifactRefusal, RefusalCode } from '../../../../contract/artifacts.ts';

/** Why something is not accepted, and always what to do instead. */
const SENTENCES: Readonly<Record<RefusalCode, string>> = {
  empty: 'This file is empty. Open it to see whether it was saved, and hand it in again.',
  program: 'This is a program, not a document. Hand in a PDF or a link instead.',
  web_page: 'This is a web page. Hand in a link to it, or save it as a PDF.',
  svg: 'This is an SVG drawing, which can carry a program. Save it as PNG or PDF and hand that in.',
  archive: 'This is an archive. Take the files out of it and hand them in one by one.',
  macros:
    'This document carries macros, or loads a template that can bring them. Save it without (docx, xlsx, pptx), or as a PDF.',
  old_office:
    'This document is in an older Office format or has a password. Save it as docx, xlsx or pptx without a password, or as a PDF.',
  other_image: 'This kind of picture does not open everywhere. Save it as JPEG or PNG and hand that in.',
  other_document: 'This kind of document does not open everywhere. Save it as a PDF and hand that in.',
  image_too_large: 'This picture has more pixels than can be shown. Make it smaller and hand it in again.',
  damaged:
    'This file is damaged. Open it in the program that made it, save it again, and hand in the new file.',
  too_complex:
    'This file is built of more parts than we can check. Save it again in a simpler form, for example as a PDF, and hand that in.',
  not_utf8: 'This text is in an older encoding. Save it as UTF-8, or as a PDF.',
  unknown_type:
    'We cannot tell what this file is. Hand in a PDF, a picture, audio, video, an Office document or plain text.',
  incomplete: 'It did not arrive whole. Upload it again.',
  unchecked:
    'We tried several times and could not check this file. Save it again, for example as a PDF, and hand in the new file.',
  virus: 'The virus scanner found something in this file. It is locked away; nobody can open it.',
};

/** The refusal with its sentence, as stored and shown. */
export function toRefusal(code: RefusalCode): ArtifactRefusal {
  return { code, message: SENTENCES[code] };
}

/** Thrown by checks; the artifact becomes `refused` with this code. */
export class Refused extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(SENTENCES[code]);
    this.name = 'Refused';
    this.code = code;
  }
}
