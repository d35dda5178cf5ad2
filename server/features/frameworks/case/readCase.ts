import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import {
  FrameworkContent,
  type CaseMembers,
  type ImportFault,
  type PackageRest,
} from '../../../../contract/frameworks.ts';
import { readUtf8 } from '../readBytes.ts';
import { EXTENSION, isMembers, parseJson, restOf } from './caseJson.ts';
import { associationObject, documentObject, licenceObject } from './caseObjects.ts';
import { readParts, type Parts } from './caseParts.ts';
import { CasePackage } from './caseShapes.ts';
import { findTreeFaults, readTree } from './caseTree.ts';
import { cut, NEVER, toSlug } from './caseTexts.ts';
import { listEdges, matchEdges } from './writeCase.ts';

/** A framework that was read, or what is wrong with the file. */
export type ReadFramework =
  { framework: FrameworkContent; faults?: undefined } | { framework?: undefined; faults: ImportFault[] };

const toFaults = (error: z.ZodError): ImportFault[] =>
  error.issues.map(({ path, message }) => ({ row: null, place: path.map(String).join('.'), message }));

/** Some systems export the package itself, and others an object that holds it. */
function unwrap(value: unknown): unknown {
  return isMembers(value) && !('CFDocument' in value) && isMembers(value['CFPackage'])
    ? value['CFPackage']
    : value;
}

const membersOf = (value: unknown): CaseMembers => (isMembers(value) ? value : {});
const listOf = (value: unknown): CaseMembers[] => (Array.isArray(value) ? value.filter(isMembers) : []);

/** A framework with all that it is made of, and nothing of what it leaves over. */
function toFramework({ CFDocument }: CasePackage, parts: Parts): FrameworkContent {
  const { identifier, title, creator, description, language, version, licenseURI, notes } = CFDocument;
  const ours = CFDocument.extensions?.[EXTENSION];
  const { levels, strands, items, crosswalk } = parts;
  const isKnownLanguage = FrameworkContent.shape.language.safeParse(language).success;
  return {
    schemaVersion: 1,
    key: identifier,
    slug: ours?.slug ?? toSlug(title, identifier),
    title: cut(title, 255),
    description: (description ?? '').slice(0, 10_000),
    version: cut(version ?? '', 60),
    language: isKnownLanguage && language ? language : 'und',
    licence: cut(licenseURI?.title ?? '', 255),
    source: cut(creator, 500),
    acknowledgement: (notes ?? '').slice(0, 10_000),
    levels,
    strands,
    items,
    crosswalk,
    overlay: ours?.overlay ?? null,
    extra: null,
  };
}

/** Associations that `writeCase` would not write by itself: those of the tree in its order, then the others. */
function readOtherAssociations(
  framework: FrameworkContent,
  changedAt: string,
  associations: readonly CaseMembers[],
): CaseMembers[] {
  const edges = listEdges(framework);
  const { matched, others } = matchEdges(edges, associations);
  const ofTree = edges.flatMap((edge, at) => {
    const came = matched[at];
    if (came === undefined) return [];
    // what was changed at another moment is not ours: its digest, by far the dearest part, need not be made
    const canBeOurs = came['lastChangeDateTime'] === changedAt;
    const isOurs = canBeOurs && isDeepStrictEqual(came, associationObject(framework.key, edge, changedAt));
    return isOurs ? [] : [came];
  });
  return [...ofTree, ...others];
}

function readDefinitions(framework: FrameworkContent, changedAt: string, raw: CaseMembers): CaseMembers {
  const { CFLicenses, ...rest } = raw;
  const ours = licenceObject(framework, changedAt);
  const others = listOf(CFLicenses).filter((licence) => !isDeepStrictEqual(licence, ours));
  return others.length > 0 ? { ...rest, CFLicenses: others } : rest;
}

function readRest(
  framework: FrameworkContent,
  changedAt: string,
  raw: CaseMembers,
  parts: Parts,
): PackageRest | null {
  const { CFDocument, CFItems: _items, CFAssociations: _associations, CFDefinitions, ...others } = raw;
  const rest: PackageRest = {
    document: restOf(membersOf(CFDocument), documentObject(framework, changedAt)),
    definitions: readDefinitions(framework, changedAt, membersOf(CFDefinitions)),
    associations: [],
    package: others,
  };
  // the addresses of nodes are what came with them, so the tree is compared with that
  const withDocument = { ...framework, extra: rest };
  rest.associations = readOtherAssociations(withDocument, changedAt, parts.otherAssociations);
  const isEmpty = Object.values(rest).every((one) => Object.keys(one).length === 0);
  return isEmpty ? null : rest;
}

/** Reads a package that has been parsed. */
function readPackage(raw: CaseMembers, pack: CasePackage): ReadFramework {
  const treeFaults = findTreeFaults(pack);
  if (treeFaults.length > 0) return { faults: treeFaults };
  const changedAt = pack.CFDocument.extensions?.[EXTENSION]?.changedAt ?? NEVER;
  const parts = readParts(pack, readTree(pack), {
    items: listOf(raw['CFItems']),
    associations: listOf(raw['CFAssociations']),
    changedAt,
  });
  const framework = toFramework(pack, parts);
  const whole = { ...framework, extra: readRest(framework, changedAt, raw, parts) };
  const checked = FrameworkContent.safeParse(whole);
  return checked.success ? { framework: checked.data } : { faults: toFaults(checked.error) };
}

/**
 * Reads a CASE 1.0 or 1.1 package. Nothing is lost: what a framework has no place for is kept in its `extra`, and `writeCase`
 * writes it again.
 *
 * Groups of items at the top become strands. Documents from elsewhere have no levels, and their items are sorted as their sequence
 * numbers say.
 *
 * @param file  JSON in UTF-8
 * @returns every fault that was found, in the order of the document: nothing is read in part
 */
export function readCase(file: Uint8Array): ReadFramework {
  const { text, fault } = readUtf8(file);
  if (fault) return { faults: [fault] };
  const json = parseJson(text);
  if (json.fault) return { faults: [json.fault] };
  const raw = unwrap(json.value);
  if (!isMembers(raw) || !('CFDocument' in raw))
    return {
      faults: [
        {
          row: null,
          place: 'CFDocument',
          message: 'This is no CASE package: it has no CFDocument. Export the framework as a CFPackage.',
        },
      ],
    };
  const parsed = CasePackage.safeParse(raw);
  return parsed.success ? readPackage(raw, parsed.data) : { faults: toFaults(parsed.error) };
}
