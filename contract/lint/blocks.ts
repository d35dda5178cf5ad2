import { isAddress } from '../address.ts';
import { findPathFault } from '../bundle.ts';
import type { Block, Licence, Step } from '../content.ts';
import { findBlank, toFinding, type Finding, type PartialPlace } from './findings.ts';
import { hasWords, TextLint } from './richText.ts';

type Of<T extends Block['type']> = Extract<Block, { type: T }>;

function lintLicence({ name, attribution }: Licence, place: PartialPlace): Finding[] {
  return [
    ...findBlank('missing_licence', place, { 'licence.name': name }),
    ...findBlank('missing_attribution', place, { 'licence.attribution': attribution }),
  ];
}

/** @param kind  of what is linked: what is shown inside the page must be on the web */
function lintAddress(url: string, kind: 'resource' | 'embed', place: PartialPlace): Finding[] {
  const at = { ...place, field: 'url' };
  if (url.trim() === '') return [toFinding('missing_address', at)];
  if (!isAddress(url) || (kind === 'embed' && /^mailto:/i.test(url))) {
    return [toFinding('bad_address', at, { address: url, kind })];
  }
  // a page of ours is https, and browsers do not show http in one
  const mixed = kind === 'embed' && /^http:/i.test(url);
  return mixed ? [toFinding('insecure_address', at, { address: url })] : [];
}

function lintResource({ title, url, licence }: Of<'resource'>, place: PartialPlace): Finding[] {
  return [
    ...findBlank('missing_title', place, { title }),
    ...lintAddress(url, 'resource', place),
    ...lintLicence(licence, place),
  ];
}

function lintEmbed({ title, url, alternative, licence }: Of<'embed'>, place: PartialPlace): Finding[] {
  return [
    ...findBlank('missing_title', place, { title }),
    ...lintAddress(url, 'embed', place),
    ...findBlank('missing_alternative', place, { alternative }),
    ...lintLicence(licence, place),
  ];
}

function lintFile({ title, path, licence }: Of<'file'>, place: PartialPlace): Finding[] {
  const fault = findPathFault(path);
  return [
    ...findBlank('missing_title', place, { title }),
    ...(fault ? [toFinding('bad_path', { ...place, field: 'path' }, { fault, path })] : []),
    ...lintLicence(licence, place),
  ];
}

function lintChecklist({ title, items }: Of<'checklist'>, place: PartialPlace): Finding[] {
  if (items.length === 0) return [toFinding('empty_checklist', place)];
  return [
    ...findBlank('missing_title', place, { title }),
    ...items.flatMap(({ key, text }) => findBlank('missing_item_text', { ...place, item: key }, { text })),
  ];
}

/**
 * Prompts and requirements: what they say about the criteria is linted with the rubric.
 *
 * @param within  of a prompt that is no block: the member that it is, with a dot
 */
export function lintPrompt({ question, words }: Of<'prompt'>, place: PartialPlace, within = ''): Finding[] {
  const range = words.from > words.to;
  const at = { ...place, field: `${within}words` };
  return [
    ...findBlank('missing_question', place, { [`${within}question`]: question }),
    ...(range ? [toFinding('word_range', at, { from: words.from, to: words.to })] : []),
  ];
}

function lintRequirement({ title, kinds }: Of<'requirement'>, place: PartialPlace): Finding[] {
  return [
    ...findBlank('missing_title', place, { title }),
    ...(kinds.length === 0 ? [toFinding('requirement_without_kinds', { ...place, field: 'kinds' })] : []),
  ];
}

function lintText({ content }: Of<'text'>, place: PartialPlace, texts: TextLint): Finding[] {
  if (!hasWords(content)) return [toFinding('empty_text', place)];
  return texts.lint(content, { ...place, field: 'content' });
}

function lintBlock(block: Block, place: PartialPlace, texts: TextLint): Finding[] {
  switch (block.type) {
    case 'text':
      return lintText(block, place, texts);
    case 'resource':
      return lintResource(block, place);
    case 'embed':
      return lintEmbed(block, place);
    case 'file':
      return lintFile(block, place);
    case 'checklist':
      return lintChecklist(block, place);
    case 'prompt':
      return lintPrompt(block, place);
    case 'requirement':
      return lintRequirement(block, place);
  }
}

/** What is wrong with the blocks of a step. */
export function lintStep(module: string, { key, blocks }: Step): Finding[] {
  const texts = new TextLint();
  return blocks.flatMap((block) => lintBlock(block, { module, step: key, block: block.key }, texts));
}
