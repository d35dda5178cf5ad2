import { z } from 'zod';
import { Id, Instant, Sha256, Title } from './common.ts';
import { FrameworkRef, LevelKey, Strand } from './content.ts';
import { endpoint } from './endpoint.ts';

/**
 * Frameworks of competencies: what pathways, criteria and badges are aligned to. A core stands alone; an overlay adapts one version
 * of a core. These shapes say what a framework can hold; `frameworkRules.ts` says whether its parts fit together.
 */
const FRAMEWORK_SCHEMA_VERSION = 1;

/** Largest file that is imported, in bytes: the largest published frameworks have a few megabytes. */
export const FRAMEWORK_FILE_MAX_BYTES = 8 * 1024 * 1024;
export const FRAMEWORK_ITEMS_MAX = 5000;
export const FRAMEWORK_STRANDS_MAX = 200;
export const FRAMEWORK_LEVELS_MAX = 12;
export const CROSSWALK_MAX = 20_000;

const Line = (max: number) => z.string().trim().max(max);

/** Members of a CASE object that have no place here. They are kept as they came, and exported again. */
export const CaseMembers = z.record(z.string(), z.unknown());
export type CaseMembers = z.infer<typeof CaseMembers>;
const extra = CaseMembers.default({});

/** What a CASE package holds apart from what a framework is made of. */
const PackageRest = z.strictObject({
  document: CaseMembers,
  definitions: CaseMembers,
  /** Those that are no crosswalk, and `isChildOf` where it says more than what is a part of what. */
  associations: z.array(CaseMembers).max(CROSSWALK_MAX),
  /** Other members of the package: rubrics, extensions. */
  package: CaseMembers,
});
export type PackageRest = z.infer<typeof PackageRest>;

/** One step on the way from beginner to expert. */
export const FrameworkLevel = z.strictObject({ key: LevelKey, name: Title, extra });
export type FrameworkLevel = z.infer<typeof FrameworkLevel>;

/** An area of competence: what the items of a framework are grouped by. */
export const FrameworkStrand = z.strictObject({
  ...Strand.shape,
  description: z.string().max(10_000).default(''),
  extra,
});
export type FrameworkStrand = z.infer<typeof FrameworkStrand>;

/** An item of a framework that Waymark need not have, by the code that people cite. */
const CodeAlignment = z.strictObject({
  /** Slug or title. */
  framework: Title,
  code: Title.max(60),
});

/** A competency. */
export const FrameworkItem = z.strictObject({
  /** Stays the same from version to version: content is aligned to it. */
  key: Id,
  /** What people cite: "AT2". Empty if it has none. */
  code: Line(60),
  /** Null: it is in none. */
  strand: Strand.shape.key.nullable(),
  /** The item that it is a part of. */
  parent: Id.nullable().default(null),
  /** The level that it describes; null if the framework describes none. */
  level: LevelKey.nullable(),
  title: Title,
  /** "I can …"; empty if the title says it all. */
  canDo: z.string().trim().max(10_000),
  /** What could show that somebody can do it. */
  evidenceIdeas: z.array(Title.max(500)).max(20),
  alignments: z.array(CodeAlignment).max(50),
  /** The level that people here are to reach; null if none was set. */
  target: LevelKey.nullable().default(null),
  extra,
});
export type FrameworkItem = z.infer<typeof FrameworkItem>;

/** Association types of CASE 1.1 apart from `isChildOf`, and terms of others that begin with `ext:`. */
const Relation = z.union([
  z.enum([
    'exactMatchOf',
    'isRelatedTo',
    'isPartOf',
    'isPeerOf',
    'isTranslationOf',
    'precedes',
    'replacedBy',
    'exemplar',
    'hasSkillLevel',
  ]),
  z.string().regex(/^ext:[a-zA-Z0-9._-]{1,60}$/),
]);
export type Relation = z.infer<typeof Relation>;

/** How an item relates to one elsewhere, mostly in another framework. */
export const CrosswalkEntry = z.strictObject({
  item: Id,
  relation: Relation,
  to: z.strictObject({
    /** CASE identifier of the other item: a UUID, unless it is no CASE item. */
    item: Title,
    /** Title of its framework; empty if unknown. */
    framework: Line(255).default(''),
    code: Line(60).default(''),
    title: Line(255).default(''),
    /** Empty: `urn:uuid:` and the identifier. */
    uri: Line(2000).default(''),
  }),
  notes: z.string().max(10_000).default(''),
  extra,
});
export type CrosswalkEntry = z.infer<typeof CrosswalkEntry>;

/**
 * What an overlay changes in its core. There is no way to remove something from the core. What it adds are its own `strands` and
 * `items`; the levels are the core's.
 */
export const Overlay = z.strictObject({
  core: FrameworkRef,
  renamedStrands: z
    .array(z.strictObject({ strand: Strand.shape.key, title: Title }))
    .max(FRAMEWORK_STRANDS_MAX),
  renamedItems: z
    .array(
      z.strictObject({
        item: Id,
        title: Title,
        /** Null: as in the core. */
        canDo: z.string().trim().max(10_000).nullable(),
      }),
    )
    .max(FRAMEWORK_ITEMS_MAX),
  raisedTargets: z.array(z.strictObject({ item: Id, target: LevelKey })).max(FRAMEWORK_ITEMS_MAX),
});
export type Overlay = z.infer<typeof Overlay>;

const Slug = z.string().regex(/^[a-z0-9-]{3,60}$/);

/** A framework as written in `content/frameworks/<slug>.json` and as published. */
export const FrameworkContent = z.strictObject({
  schemaVersion: z.literal(FRAMEWORK_SCHEMA_VERSION),
  key: Id,
  slug: Slug,
  title: Title,
  description: z.string().max(10_000).default(''),
  /** The author's own name for this edition: "2017", "3.0". Waymark numbers what is published by itself. */
  version: Line(60),
  /** BCP 47: "en", "pt-BR"; "und" if unknown. */
  language: z
    .string()
    .regex(/^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*$/)
    .max(35),
  /** "CC BY 4.0", …: as people write it; empty if none is known. */
  licence: Line(255),
  /** Who wrote it. */
  source: Title.max(500),
  /** What must be said wherever it is shown; empty if nothing. */
  acknowledgement: z.string().max(10_000).default(''),
  /** Low to high; none in an overlay, which has those of its core. */
  levels: z.array(FrameworkLevel).max(FRAMEWORK_LEVELS_MAX),
  strands: z.array(FrameworkStrand).max(FRAMEWORK_STRANDS_MAX),
  items: z.array(FrameworkItem).max(FRAMEWORK_ITEMS_MAX),
  crosswalk: z.array(CrosswalkEntry).max(CROSSWALK_MAX).default([]),
  /** Null for a core. */
  overlay: Overlay.nullable(),
  extra: PackageRest.nullable().default(null),
});
export type FrameworkContent = z.infer<typeof FrameworkContent>;
/** The same as it may be written, without what has a default. */
export type FrameworkInput = z.input<typeof FrameworkContent>;

// ---- Import and export ----

export const FrameworkFormat = z.enum(['case', 'csv']);
export type FrameworkFormat = z.infer<typeof FrameworkFormat>;

/** Something that keeps a file from being imported. */
export const ImportFault = z.strictObject({
  /** Line of the table as people count, the header is 1; null if it concerns no single row. */
  row: z.number().int().min(1).nullable(),
  /** Name of the column, or path in the document: `CFItems.3.identifier`. Empty: the file as a whole. */
  place: z.string(),
  /** What is wrong and what to do. */
  message: z.string(),
});
export type ImportFault = z.infer<typeof ImportFault>;

/** Most faults that a reply lists individually. */
export const IMPORT_FAULTS_SHOWN = 200;

/** What a table of items does not say about its framework. */
export const FrameworkAbout = FrameworkContent.pick({
  slug: true,
  title: true,
  description: true,
  version: true,
  language: true,
  licence: true,
  source: true,
  acknowledgement: true,
})
  .extend({
    /** Names of the levels, low to high. Empty: those of the newest version. */
    levels: z.array(Title).max(FRAMEWORK_LEVELS_MAX),
    /** The published core that the table adapts: then it lists the core's items and its own. Null: it is a core. */
    core: z.strictObject({ key: Id, version: z.number().int().min(1) }).nullable(),
  })
  .strict();
export type FrameworkAbout = z.infer<typeof FrameworkAbout>;

const file = z.base64().max(Math.ceil(FRAMEWORK_FILE_MAX_BYTES / 3) * 4);
export const ImportFramework = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('case'), file }),
  z.strictObject({ format: z.literal('csv'), file, about: FrameworkAbout }),
]);
export type ImportFramework = z.infer<typeof ImportFramework>;

export const ImportResult = z.strictObject({
  /** Empty if it was or can be imported. */
  faults: z.array(ImportFault).max(IMPORT_FAULTS_SHOWN),
  /** Number of faults beyond those. */
  moreFaults: z.number().int().min(0),
  /** Null if there are faults. */
  outcome: z
    .strictObject({
      key: Id,
      title: z.string(),
      /** The version that it has, or would have. */
      version: z.number().int().min(1),
      /** False: the newest version already says the same. */
      isNew: z.boolean(),
      /** Items compared with the newest version. */
      added: z.number().int().min(0),
      changed: z.number().int().min(0),
      removed: z.number().int().min(0),
      same: z.number().int().min(0),
    })
    .nullable(),
});
export type ImportResult = z.infer<typeof ImportResult>;

// ---- Endpoints ----

export const FrameworkRow = z.strictObject({
  key: Id,
  slug: z.string(),
  title: z.string(),
  licence: z.string(),
  /** Number of the newest published version. */
  version: z.number().int().min(1),
  publishedAt: Instant,
  items: z.number().int().min(0),
  /** What it adapts; null for a core. */
  core: FrameworkRef.nullable(),
});
export type FrameworkRow = z.infer<typeof FrameworkRow>;

/** What an item says to people who work towards it. */
export const ItemStatement = FrameworkItem.pick({ key: true, code: true, title: true, canDo: true }).strict();
export type ItemStatement = z.infer<typeof ItemStatement>;

/** Most items whose statements are read at once: as many as a criterion is aligned to. */
const STATEMENTS_MAX = 20;

/** Most frameworks that an institution may have. */
export const FRAMEWORKS_MAX = 200;

const VersionParams = z.strictObject({ key: Id, n: z.coerce.number().int().min(1).max(1_000_000) });
// a file in base64, and what is said about it
const bodyBytes = Math.ceil(FRAMEWORK_FILE_MAX_BYTES / 3) * 4 + 64 * 1024;
/** Frameworks are about nobody, and everybody who writes content here may read them: nothing to record. */
const audit = false;
const who = ['designer', 'admin'] as const;
export const frameworkEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/frameworks',
    summary: 'Frameworks of the institution, each with its newest version',
    audit,
    who,
    reply: z.strictObject({ rows: z.array(FrameworkRow).max(FRAMEWORKS_MAX) }),
  }),
  read: endpoint({
    method: 'get',
    path: '/frameworks/:key/versions/:n',
    summary: 'A published version',
    audit,
    who,
    params: VersionParams,
    reply: z.strictObject({
      version: z.number().int().min(1),
      publishedAt: Instant,
      contentHash: Sha256,
      content: FrameworkContent,
      /** An overlay together with its core; null for a core. */
      applied: FrameworkContent.nullable(),
    }),
  }),
  exportCase: endpoint({
    method: 'get',
    path: '/frameworks/:key/versions/:n/case',
    summary: 'The same as a CASE 1.1 package',
    audit,
    who,
    params: VersionParams,
    reply: z.string(),
    media: 'application/json',
  }),
  exportCsv: endpoint({
    method: 'get',
    path: '/frameworks/:key/versions/:n/csv',
    summary: 'Its items as a table',
    audit,
    who,
    params: VersionParams,
    reply: z.string(),
    media: 'text/csv',
  }),
  statements: endpoint({
    method: 'get',
    path: '/frameworks/:key/statements',
    summary: 'What some items say in the newest version, to whoever learns or judges by them',
    audit,
    who: ['anyone'],
    params: z.strictObject({ key: Id }),
    query: z.strictObject({
      /** Keys with commas between them. */
      items: z
        .string()
        .transform((list) => list.split(',').filter(Boolean))
        .pipe(z.array(Id).max(STATEMENTS_MAX))
        .default([]),
    }),
    /** Items that this version does not have are left out. */
    reply: z.strictObject({ version: z.number().int().min(1), rows: z.array(ItemStatement) }),
  }),
  import: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/admin/frameworks/import',
    summary: 'Publish a CASE package or a table as the next version of its framework',
    audit: 'framework.published',
    who: ['admin'],
    bodyBytes,
    body: ImportFramework,
    reply: ImportResult,
  }),
  tryImport: endpoint({
    method: 'post',
    // nothing is stored
    repeats: 'found',
    path: '/admin/frameworks/import/dry-run',
    summary: 'Every fault of a file, or what importing it would do',
    audit,
    who: ['admin'],
    bodyBytes,
    body: ImportFramework,
    reply: ImportResult,
  }),
} as const;
