import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import {
  FrameworkContent,
  type CaseMembers,
  type ImportFault,
  type PackageRest,
} from '../../../../contract/frameworks.ts';
import { endSlice, mapInSlices } from '../../../slices.ts';
import { parseFramework } from '../parseFramework.ts';
import { readUtf8 } from '../readBytes.ts';
import { EXTENSION, isMembers, parseJson, restOf } from './caseJson.ts';
import { associationObject, documentObject, licenceObject } from './caseObjects.ts';
import { readParts, type Parts } from './caseParts.ts';
import { parsePackage, type CasePackage } from './caseShapes.ts';
import { findTreeFaults, readTree } from './caseTree.ts';
import { cut, NEVER, toSlug } from './caseTexts.ts';
import { listEdges, matchEdges } from './writeCase.ts';

/** A framework that was read, or what is wrong with the file. */
export type ReadFramework =
  { framework: FrameworkContent; faults?: undefined } | { framework?: undefined; faults: ImportFault[] };

const toFaults = (issues: readonly z.core.$ZodIssue[]): ImportFault[] =>
  issues.map(({ path, message }) => ({ row: null, place: path.map(String).join('.'), message }));

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
async function readOtherAssociations(
  framework: FrameworkContent,
  changedAt: string,
  associations: readonly CaseMembers[],
): Promise<CaseMembers[]> {
  const edges = listEdges(framework);
  const { matched, others } = matchEdges(edges, associations);
  await endSlice();
  const ofTree = await mapInSlices(edges, (edge, at) => {
    const came = matched[at];
    if (came === undefined) return [];
    // what was changed at another moment is not ours: its digest, by far the dearest part, need not be made
    const canBeOurs = came['lastChangeDateTime'] === changedAt;
    const isOurs = canBeOurs && isDeepStrictEqual(came, associationObject(framework.key, edge, changedAt));
    return isOurs ? [] : [came];
  });
  return [...ofTree.flat(), ...others];
}

function readDefinitions(framework: FrameworkContent, changedAt: string, raw: CaseMembers): CaseMembers {
  const { CFLicenses, ...rest } = raw;
  const ours = licenceObject(framework, changedAt);
  const others = listOf(CFLicenses).filter((licence) => !isDeepStrictEqual(licence, ours));
  return others.length > 0 ? { ...rest, CFLicenses: others } : rest;
}

async function readRest(
  framework: FrameworkContent,
  changedAt: string,
  raw: CaseMembers,
  parts: Parts,
): Promise<PackageRest | null> {
  const { CFDocument, CFItems: _items, CFAssociations: _associations, CFDefinitions, ...others } = raw;
  const rest: PackageRest = {
    document: restOf(membersOf(CFDocument), documentObject(framework, changedAt)),
    definitions: readDefinitions(framework, changedAt, membersOf(CFDefinitions)),
    associations: [],
    package: others,
  };
  // the addresses of nodes are what came with them, so the tree is compared with that
  const withDocument = { ...framework, extra: rest };
  rest.associations = await readOtherAssociations(withDocument, changedAt, parts.otherAssociations);
  const isEmpty = Object.values(rest).every((one) => Object.keys(one).length === 0);
  return isEmpty ? null : rest;
}

/** Reads a package that has been parsed. */
async function readPackage(raw: CaseMembers, pack: CasePackage): Promise<ReadFramework> {
  const treeFaults = findTreeFaults(pack);
  if (treeFaults.length > 0) return { faults: treeFaults };
  await endSlice();
  const changedAt = pack.CFDocument.extensions?.[EXTENSION]?.changedAt ?? NEVER;
  await endSlice();
  const parts = await readParts(pack, readTree(pack), {
    items: listOf(raw['CFItems']),
    associations: listOf(raw['CFAssociations']),
    changedAt,
  });
  const framework = toFramework(pack, parts);
  const whole = { ...framework, extra: await readRest(framework, changedAt, raw, parts) };
  const { data, issues } = await parseFramework(whole);
  return data ? { framework: data } : { faults: toFaults(issues) };
}

/**
 * Reads a CASE 1.0 or 1.1 package, in slices. Nothing is lost: what a framework has no place for is kept in its `extra`, and `writeCase`
 * writes it again.
 *
 * Groups of items at the top become strands. Documents from elsewhere have no levels, and their items are sorted as their sequence
 * numbers say.
 *
 * @param file  JSON in UTF-8
 * @returns every fault that was found, in the order of the document: nothing is read in part
 */
export async function readCase(file: Uint8Array): Promise<ReadFramework> {
  const { text, fault } = readUtf8(file);
  if (fault) return { faults: [fault] };
  await endSlice();
  const json = await parseJson(text);
  if (json.fault) return { faults: [json.fault] };
  await endSlice();
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
  const { data, issues } = await parsePackage(raw);
  return data ? readPackage(raw, data) : { faults: toFaults(issues) };
}
