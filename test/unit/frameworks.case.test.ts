import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findFrameworkFaults } from '../../contract/frameworkRules.ts';
import { FRAMEWORK_FILE_MAX_BYTES, FrameworkContent, type CaseMembers } from '../../contract/frameworks.ts';
import { readCase } from '../../server/features/frameworks/case/readCase.ts';
import { writeCase } from '../../server/features/frameworks/case/writeCase.ts';
import { arbitraryCore, buildCore, buildOverlay, CORE_KEY, ELSEWHERE, ITEM } from '../support/frameworks.ts';

const CHANGED_AT = '2026-03-01T08:00:00.000Z';
const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const readBack = (pack: unknown) => readCase(encode(pack));

describe('a framework written as a CASE package', () => {
  it('is read as the same framework', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCore, async (core) => {
        expect(findFrameworkFaults(core, null)).toEqual([]);
        expect(FrameworkContent.parse(core)).toEqual(core);

        expect(await readBack(writeCase(core, CHANGED_AT))).toEqual({ framework: core });
      }),
      { numRuns: 60 },
    );
  });

  it('is read as the same overlay, with what it says about items of its core', async () => {
    const overlay = buildOverlay(
      {
        renamedItems: [{ item: ITEM.checks, title: 'Exit tickets', canDo: null }],
        raisedTargets: [{ item: ITEM.checks, target: 'lead' }],
      },
      {
        items: [
          {
            key: '00000000-0000-4000-8000-0000000000d1',
            code: 'D1',
            strand: 'assessment',
            level: 'apply',
            title: 'Our own',
            canDo: '',
            evidenceIdeas: [],
            alignments: [],
          },
        ],
        crosswalk: [{ item: ITEM.stories, relation: 'isPartOf', to: { item: ELSEWHERE } }],
      },
    );

    expect(await readBack(writeCase(overlay, CHANGED_AT))).toEqual({ framework: overlay });
  });

  it('has what CASE 1.1 asks for in every object', () => {
    const pack = writeCase(buildCore(), CHANGED_AT) as Record<string, CaseMembers & CaseMembers[]>;

    const { CFDocument, CFItems, CFAssociations, CFDefinitions } = pack;
    expect(CFDocument).toMatchObject({
      identifier: CORE_KEY,
      caseVersion: '1.1',
      creator: 'Written for a test',
      title: 'Practice Core',
      licenseURI: { title: 'CC BY 4.0' },
    });
    expect(CFItems).toHaveLength(2 + 4 + 3);
    for (const item of CFItems ?? [])
      expect(item).toMatchObject({
        identifier: expect.any(String),
        uri: expect.any(String),
        fullStatement: expect.any(String),
        lastChangeDateTime: CHANGED_AT,
      });
    for (const association of CFAssociations ?? [])
      expect(association).toMatchObject({
        identifier: expect.any(String),
        uri: expect.any(String),
        originNodeURI: { identifier: expect.any(String), uri: expect.any(String), title: expect.any(String) },
        destinationNodeURI: {
          identifier: expect.any(String),
          uri: expect.any(String),
          title: expect.any(String),
        },
        lastChangeDateTime: CHANGED_AT,
      });
    expect(CFDefinitions).toMatchObject({ CFLicenses: [{ title: 'CC BY 4.0' }] });
  });

  it('says with hasSkillLevel which level an item describes, and with isChildOf what it is a part of', () => {
    const pack = writeCase(buildCore(), CHANGED_AT);

    expect(pack['CFAssociations']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          associationType: 'isChildOf',
          sequenceNumber: 1,
          originNodeURI: expect.objectContaining({ identifier: ITEM.editing }),
          destinationNodeURI: expect.objectContaining({ identifier: ITEM.stories }),
        }),
        expect.objectContaining({
          associationType: 'hasSkillLevel',
          originNodeURI: expect.objectContaining({ identifier: ITEM.checks }),
          destinationNodeURI: expect.objectContaining({ title: 'Start' }),
        }),
      ]),
    );
  });
});

// ---- Packages from elsewhere ----

const uuid = (n: number): string => `11111111-1111-4111-9111-${n.toString(16).padStart(12, '0')}`;
const node = (n: number) => ({
  title: `Node ${n}`,
  identifier: uuid(n),
  uri: `https://case.example/uri/${uuid(n)}`,
});
const foreignItem = (n: number, rest: CaseMembers = {}): CaseMembers => ({
  identifier: uuid(n),
  uri: `https://case.example/uri/${uuid(n)}`,
  fullStatement: `Statement ${n}`,
  lastChangeDateTime: '2020-01-01T00:00:00Z',
  ...rest,
});
const link = (
  n: number,
  type: string,
  [from, to]: [number, number],
  rest: CaseMembers = {},
): CaseMembers => ({
  identifier: uuid(n),
  uri: `https://case.example/uri/${uuid(n)}`,
  associationType: type,
  originNodeURI: node(from),
  destinationNodeURI: node(to),
  lastChangeDateTime: '2020-01-01T00:00:00Z',
  ...rest,
});

/** Two groups, one of them with an item that has parts; out of order, as other systems export it. */
function foreignPackage(overrides: CaseMembers = {}): CaseMembers {
  return {
    CFDocument: {
      identifier: uuid(0),
      uri: `https://case.example/uri/${uuid(0)}`,
      title: 'Standards of Elsewhere',
      creator: 'Elsewhere',
      language: 'en',
      adoptionStatus: 'Adopted',
      subject: ['Mathematics'],
      lastChangeDateTime: '2020-01-01T00:00:00Z',
    },
    CFItems: [
      foreignItem(4, { humanCodingScheme: 'B.1', educationLevel: ['06', '07'], CFItemType: 'Standard' }),
      foreignItem(2, { CFItemType: 'Domain' }),
      foreignItem(1, { humanCodingScheme: 'A', listEnumeration: '1' }),
      foreignItem(5, { abbreviatedStatement: null, extensions: { other: { kept: true } } }),
      foreignItem(3, { humanCodingScheme: 'A.1' }),
    ],
    CFAssociations: [
      link(20, 'isChildOf', [2, 0], { sequenceNumber: 2 }),
      link(21, 'isChildOf', [1, 0], { sequenceNumber: 1, notes: 'first' }),
      link(22, 'isChildOf', [3, 1]),
      link(23, 'isChildOf', [4, 2]),
      link(24, 'isChildOf', [5, 4], { CFAssociationGroupingURI: node(60) }),
      link(25, 'exactMatchOf', [3, 90], { notes: 'checked by hand' }),
      link(26, 'isPeerOf', [1, 2]),
      link(27, 'isChildOf', [5, 2]),
    ],
    CFDefinitions: { CFSubjects: [{ identifier: uuid(70), title: 'Mathematics' }] },
    CFRubrics: [{ identifier: uuid(80) }],
    ...overrides,
  };
}

const isIdentified = (one: unknown): one is CaseMembers =>
  typeof one === 'object' && one !== null && 'identifier' in one;

/** Everything that stands in one value and not in the other, with its path; lists of objects are compared by identifier. */
function findLost(before: unknown, after: unknown, path = ''): string[] {
  if (Array.isArray(before) && before.length > 0 && before.every(isIdentified)) {
    const list = Array.isArray(after) ? after : [];
    return before.flatMap((one, at) =>
      findLost(
        one,
        list.find((other: CaseMembers) => other['identifier'] === one['identifier']),
        `${path}[${at}]`,
      ),
    );
  }
  if (typeof before === 'object' && before !== null && !Array.isArray(before)) {
    const members = (after ?? {}) as CaseMembers;
    return Object.entries(before).flatMap(([name, value]) =>
      findLost(value, members[name], `${path}.${name}`),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
}

describe('a CASE package from elsewhere', () => {
  it('becomes strands and items in the order of its sequence numbers', async () => {
    const { framework } = await readBack(foreignPackage());

    expect(framework?.strands.map(({ title }) => title)).toEqual(['Statement 1', 'Statement 2']);
    expect(framework?.items.map(({ key, parent, title }) => [title, parent, key])).toEqual([
      ['Statement 3', null, uuid(3)],
      ['Statement 4', null, uuid(4)],
      ['Statement 5', uuid(4), uuid(5)],
    ]);
    expect(framework?.items.map(({ strand }) => strand)).toEqual([
      framework?.strands[0]?.key,
      framework?.strands[1]?.key,
      framework?.strands[1]?.key,
    ]);
    expect(framework?.crosswalk).toMatchObject([
      { item: uuid(3), relation: 'exactMatchOf', to: { item: uuid(90) } },
    ]);
    expect(framework && findFrameworkFaults(framework, null)).toEqual([]);
  });

  it('loses nothing when it is exported again, and no second time', async () => {
    const before = foreignPackage();

    const { framework } = await readBack(before);
    const exported = framework && writeCase(framework, CHANGED_AT);
    const again = await readBack(exported);

    expect(findLost(before, exported)).toEqual([]);
    expect(exported?.['CFAssociations']).toHaveLength(8);
    expect(again).toEqual({ framework });
  });

  it('keeps every unknown member, whatever it is called and wherever it stands', async () => {
    const members = fc
      .dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
      .filter((all) => !JSON.stringify(all).includes('__proto__'));
    const known = Object.keys({ ...foreignItem(1), ...link(1, '', [1, 1]), ...foreignPackage() });
    const unknown = members.map((all) =>
      Object.fromEntries(
        Object.entries(all).flatMap(([name, value]) => (known.includes(name) ? [] : [[`x${name}`, value]])),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.record({ pack: unknown, item: unknown, edge: unknown, document: unknown }),
        async (added) => {
          const plain = foreignPackage() as { [name: string]: CaseMembers[] & CaseMembers };
          const before = {
            ...added.pack,
            ...plain,
            CFDocument: { ...added.document, ...plain['CFDocument'] },
            CFItems: plain['CFItems']?.map((item) => ({ ...added.item, ...item })),
            CFAssociations: plain['CFAssociations']?.map((edge) => ({ ...added.edge, ...edge })),
          };

          const { framework } = await readBack(before);

          expect(framework && findLost(before, writeCase(framework, CHANGED_AT))).toEqual([]);
          expect(framework && (await readBack(writeCase(framework, CHANGED_AT)))).toEqual({ framework });
        },
      ),
    );
  });

  it.each([
    ['in an object that holds it', { CFPackage: foreignPackage() }],
    ['with a byte order mark', foreignPackage()],
  ])('is read %s', async (how, pack) => {
    const mark = how.includes('mark') ? [0xef, 0xbb, 0xbf] : [];

    const { framework } = await readCase(new Uint8Array([...mark, ...encode(pack)]));

    expect(framework?.title).toBe('Standards of Elsewhere');
  });

  it('with identifiers in upper case is the same framework', async () => {
    const upper = JSON.parse(
      JSON.stringify(foreignPackage()).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (found) => found.toUpperCase()),
    ) as unknown;

    const [before, after] = [await readBack(foreignPackage()), await readBack(upper)];

    expect(after.framework?.items.map(({ key, strand }) => [key, strand])).toEqual(
      before.framework?.items.map(({ key, strand }) => [key, strand]),
    );
  });
});

describe('a CASE package that is refused', () => {
  const items = [foreignItem(1), foreignItem(2), foreignItem(3)];
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it.each<[string, Uint8Array, string, RegExp]>([
    ['that is too large', new Uint8Array(50 * 1024 * 1024), '', /50\.0 MiB, and at most 8\.0 MiB/],
    ['that is empty', new Uint8Array(), '', /empty/],
    ['in another encoding', new Uint8Array([0x7b, 0xe4, 0x7d]), '', /not UTF-8/],
    ['that ends in the middle', bytes('{"CFDocument": {'), '', /not JSON/],
    ['that is nested without end', bytes(`{"CFDocument": {}, "deep": ${deep}}`), '', /levels deep/],
    ['with a member that would be lost', bytes('{"CFDocument": {"__proto__": {}}}'), '', /__proto__/],
    ['that is something else', encode({ items: [] }), 'CFDocument', /no CASE package/],
    ['with a wrong type', encode(foreignPackage({ CFItems: [foreignItem(1, { fullStatement: 5 })] })), 'CFItems.0.fullStatement', /string/],
    ['with an identifier that is none', encode(foreignPackage({ CFItems: [foreignItem(1, { identifier: 'one' })] })), 'CFItems.0.identifier', /UUID/],
    ['without its author', encode(foreignPackage({ CFDocument: { identifier: uuid(0), title: 'T' } })), 'CFDocument.creator', /string/],
    ['with an identifier twice', encode(foreignPackage({ CFItems: [...items, foreignItem(2)], CFAssociations: [] })), 'CFItems.3.identifier', /CFItems\.1/],
    ['with an item named like the document', encode(foreignPackage({ CFItems: [foreignItem(0)], CFAssociations: [] })), 'CFItems.0.identifier', /document/],
    ['with an association twice', encode(foreignPackage({ CFItems: items, CFAssociations: [link(9, 'isPeerOf', [1, 2]), link(9, 'isPeerOf', [2, 3])] })), 'CFAssociations.1.identifier', /CFAssociations\.0/],
    ['with a part of what is missing', encode(foreignPackage({ CFItems: items, CFAssociations: [link(9, 'isChildOf', [1, 7])] })), 'CFAssociations.0.destinationNodeURI', /no item with the identifier/],
    ['with a missing part', encode(foreignPackage({ CFItems: items, CFAssociations: [link(9, 'isChildOf', [7, 1])] })), 'CFAssociations.0.originNodeURI', /no item with the identifier/],
    ['with an association between strangers', encode(foreignPackage({ CFItems: items, CFAssociations: [link(9, 'isRelatedTo', [7, 8])] })), 'CFAssociations.0.originNodeURI', /no item/],
    ['with a loop', encode(foreignPackage({ CFItems: items, CFAssociations: [link(7, 'isChildOf', [1, 2]), link(8, 'isChildOf', [2, 3]), link(9, 'isChildOf', [3, 1])] })), 'CFAssociations', /Statement 1 → Statement 2 → Statement 3/],
    ['with a part of itself', encode(foreignPackage({ CFItems: items, CFAssociations: [link(7, 'isChildOf', [1, 1])] })), 'CFAssociations', /loop: Statement 1\./],
    ['with a broken extension of ours', encode(foreignPackage({ CFItems: [foreignItem(1, { extensions: { waymark: { kind: 'level' } } })], CFAssociations: [] })), 'CFItems.0.extensions.waymark.key', /string/],
  ])('%s says where and why', async (_what, file, place, message) => {
    const { framework, faults } = await readCase(file);

    expect(framework).toBeUndefined();
    expect(faults).toContainEqual({ row: null, place, message: expect.stringMatching(message) });
  }); // prettier-ignore

  it('is refused by its size before anything is decoded', async () => {
    const notUtf8 = new Uint8Array(FRAMEWORK_FILE_MAX_BYTES + 1).fill(0xff);

    const { faults } = await readCase(notUtf8);

    expect(faults?.map(({ message }) => message)).toEqual([expect.stringContaining('MiB')]);
  });
});
