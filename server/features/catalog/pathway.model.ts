import { model, Schema } from 'mongoose';
import { Strand, type ModuleContent } from '../../../contract/pathways.ts';
import { tenanted } from '../../tenancy.ts';
import { appendOnly } from '../../appendOnly.ts';

/** A pathway of one institution. `key` comes from its content and is the same in every institution that has it. */
export interface PathwayDoc {
  _id: string;
  institutionId: string;
  key: string;
  slug: string;
  title: string;
  strand: Strand;
  vision: string;
  /** The newest published version; null before the first. */
  version: number | null;
  versionId: string | null;
}

const pathwaySchema = new Schema<PathwayDoc>(
  {
    _id: { type: String, required: true },
    key: { type: String, required: true },
    slug: { type: String, required: true },
    title: { type: String, required: true },
    strand: { type: String, enum: Strand.options, required: true },
    vision: { type: String, default: '' },
    version: { type: Number, default: null },
    versionId: { type: String, default: null },
  },
  { collection: 'pathways', strict: 'throw', versionKey: false },
);
pathwaySchema.plugin(tenanted);
pathwaySchema.index({ institutionId: 1, key: 1 }, { unique: true, name: 'pathway_by_key' });
export const PathwayModel = model<PathwayDoc>('Pathway', pathwaySchema);

/** One published version: immutable, with the hash of its whole content. */
export interface PathwayVersionDoc {
  _id: string;
  institutionId: string;
  pathwayKey: string;
  n: number;
  contentHash: string;
  title: string;
  vision: string;
  strand: Strand;
  licence: string;
  source: string;
  moduleIds: string[];
  publishedAt: Date;
}

const immutable = { required: true, immutable: true } as const;
const versionSchema = new Schema<PathwayVersionDoc>(
  {
    _id: { type: String, required: true },
    pathwayKey: { type: String, ...immutable },
    n: { type: Number, ...immutable },
    contentHash: { type: String, ...immutable },
    title: { type: String, ...immutable },
    vision: { type: String, default: '', immutable: true },
    strand: { type: String, enum: Strand.options, ...immutable },
    licence: { type: String, ...immutable },
    source: { type: String, ...immutable },
    moduleIds: { type: [String], ...immutable },
    publishedAt: { type: Date, ...immutable },
  },
  { collection: 'pathwayVersions', strict: 'throw', versionKey: false },
);
versionSchema.plugin(tenanted);
versionSchema.plugin(appendOnly);
versionSchema.index({ institutionId: 1, pathwayKey: 1, n: 1 }, { unique: true, name: 'version_by_number' });
export const PathwayVersionModel = model<PathwayVersionDoc>('PathwayVersion', versionSchema);

/** A module of one version: a document of its own, so that a page reads one module and not a pathway. */
export interface ModuleDoc {
  _id: string;
  institutionId: string;
  versionId: string;
  pathwayKey: string;
  key: string;
  position: number;
  content: ModuleContent;
}

const moduleSchema = new Schema<ModuleDoc>(
  {
    _id: { type: String, required: true },
    versionId: { type: String, ...immutable },
    pathwayKey: { type: String, ...immutable },
    key: { type: String, ...immutable },
    position: { type: Number, ...immutable },
    content: { type: Schema.Types.Mixed, ...immutable },
  },
  { collection: 'modules', strict: 'throw', versionKey: false, minimize: false },
);
moduleSchema.plugin(tenanted);
moduleSchema.plugin(appendOnly);
moduleSchema.index(
  { institutionId: 1, versionId: 1, position: 1 },
  { unique: true, name: 'module_by_position' },
);
export const ModuleModel = model<ModuleDoc>('Module', moduleSchema);
