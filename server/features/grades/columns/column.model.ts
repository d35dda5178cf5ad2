import { model, Schema } from 'mongoose';
import { DELIVERY_REASONS, type DeliveryReason } from '../../../../contract/states.ts';
import { tenanted } from '../../../tenancy.ts';
import { RULE_VERSIONS, type RuleVersion } from './scoreRule.ts';

export const COLUMN_STATES = ['bound', 'unbound', 'no_grade'] as const;
export type ColumnState = (typeof COLUMN_STATES)[number];

/**
 * The grade column of one placement: where its scores go, how many points we give, by which rule. `unbound` until its line item
 * is known; `no_grade` if somebody decided that this link has none.
 */
export interface ColumnDoc {
  _id: string;
  institutionId: string;
  platformId: string;
  contextId: string;
  placementId: string;
  state: ColumnState;
  /** Absent while unbound. Comes from launches and from the LMS's own list, never from a browser. */
  lineItemUrl?: string;
  /** Identifies the line item, whatever its URL: `lineItemKeyOf`. */
  lineItemKey?: string;
  lineItemsUrl: string | null;
  /** AGS scopes that launches have offered, except those that the LMS refused afterwards. */
  scopes: string[];
  /** Why the LMS accepts no scores for this course, since it refused the scope that is missing from `scopes`. */
  turnedAway?: { reason: DeliveryReason; lmsMessage: string | null };
  /** The LMS does not let us read results here: until then it is asked only if a person wants to know. */
  unreadUntil?: Date;
  resourceLinkId: string;
  resourceId: string;
  points: number;
  rule: RuleVersion;
  /** Names that people see: title of the link and of the course, name of the LMS. */
  title: string;
  courseTitle: string;
  platformName: string;
  changedAt: Date;
  /** Somebody is creating a line item for it: nobody else may until then. Renewed while they are alive. */
  makingUntil?: Date | null;
  /** Who is creating it: one request. */
  maker?: string;
}

const schema = new Schema<ColumnDoc>(
  {
    _id: { type: String, required: true },
    platformId: { type: String, required: true, immutable: true },
    contextId: { type: String, required: true, immutable: true },
    placementId: { type: String, required: true, immutable: true },
    state: { type: String, enum: COLUMN_STATES, required: true },
    lineItemUrl: { type: String, maxlength: 2000 },
    // a character that needs an escape becomes three
    lineItemKey: { type: String, maxlength: 6100 },
    lineItemsUrl: { type: String, default: null, maxlength: 2000 },
    scopes: { type: [String], default: [] },
    turnedAway: {
      type: new Schema(
        {
          reason: { type: String, enum: DELIVERY_REASONS, required: true },
          lmsMessage: { type: String, default: null },
        },
        { _id: false },
      ),
    },
    unreadUntil: { type: Date },
    resourceLinkId: { type: String, required: true },
    resourceId: { type: String, required: true },
    points: { type: Number, required: true, min: 1 },
    rule: { type: String, enum: RULE_VERSIONS, required: true },
    title: { type: String, required: true },
    courseTitle: { type: String, default: '' },
    platformName: { type: String, default: '' },
    changedAt: { type: Date, required: true },
    makingUntil: { type: Date },
    maker: { type: String },
  },
  { collection: 'columns', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index({ institutionId: 1, placementId: 1 }, { unique: true, name: 'column_of_placement' });
// two links never share a column: there is one delivery for each line item and person
schema.index(
  { institutionId: 1, lineItemUrl: 1 },
  {
    unique: true,
    name: 'column_by_line_item',
    partialFilterExpression: { lineItemUrl: { $exists: true } },
  },
);
schema.index(
  { institutionId: 1, contextId: 1, lineItemKey: 1 },
  {
    unique: true,
    name: 'column_by_line_item_key',
    partialFilterExpression: { lineItemKey: { $exists: true } },
  },
);
schema.index({ institutionId: 1, contextId: 1 }, { name: 'columns_of_context' });

export const ColumnModel = model<ColumnDoc>('Column', schema);
