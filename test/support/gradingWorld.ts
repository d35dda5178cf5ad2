import { afterEach, beforeEach } from '@jest/globals';
import type { DeliveryAction, DeliveryRow } from '../../contract/grades.ts';
import type { Deps } from '../../server/deps.ts';
import { ColumnModel, type ColumnDoc } from '../../server/features/grades/columns/column.model.ts';
import { actOnDelivery, type RepairDeps } from '../../server/features/grades/deliveries/repairs.service.ts';
import type { LiveSession } from '../../server/http/liveSession.ts';
import { PlatformStore } from '../../server/lti/platforms.ts';
import { createLtiServices } from '../../server/lti/services.ts';
import { buildSession } from './liveSession.ts';
import type { TestDatabase } from './database.ts';
import { buildGrading, type Grading, type Pupil } from './grading.ts';
import { useServices, type TestClock } from './services.ts';
import { untilNextQuery } from './until.ts';

/** Everything that a score needs, fresh for each test, and what an admin does with it. */
export interface GradingWorld {
  deps: Deps & { clock: TestClock };
  database(): TestDatabase;
  /** Of the running test. */
  grading(): Grading;
  admin(): LiveSession;
  repairDeps(): RepairDeps;
  /** Applies an admin's action to a score. */
  act(pupil: Pupil, action: DeliveryAction, lineItemUrl?: string): Promise<DeliveryRow>;
  /** The only column. */
  columnOf(): Promise<ColumnDoc>;
  /** Waits until the only column is as specified, and otherwise fails with its state. */
  untilColumn(is: (column: ColumnDoc) => boolean, ms?: number): Promise<ColumnDoc>;
}

export function useGrading(): GradingWorld {
  const { deps, database } = useServices();
  let current: Grading | null = null;
  let admin: LiveSession | null = null;

  beforeEach(async () => {
    await database().empty();
    current = await buildGrading(deps);
    admin = buildSession(current.institutionId, { roles: new Set(['admin']) });
  });
  afterEach(async () => {
    await current?.close();
  });

  function there<T>(value: T | null): T {
    if (value === null) throw new Error('the world is there from beforeEach on');
    return value;
  }
  const grading = (): Grading => there(current);
  const repairDeps = (): RepairDeps => {
    const { keys, outbound } = grading();
    return {
      ...deps,
      platforms: new PlatformStore(),
      services: createLtiServices({ ...deps, keys, outbound }),
    };
  };
  const columnOf = async (): Promise<ColumnDoc> => {
    const column = await ColumnModel.findOne({ institutionId: grading().institutionId }).lean();
    if (!column) throw new Error('there is no column');
    return column;
  };
  return {
    deps,
    database,
    grading,
    admin: () => there(admin),
    repairDeps,
    columnOf,
    async act(pupil, action, lineItemUrl) {
      const delivery = await grading().deliveryOf(pupil);
      return actOnDelivery(repairDeps(), there(admin), { id: delivery?._id ?? '', action, lineItemUrl });
    },
    async untilColumn(is, ms = 60_000) {
      for (const since = performance.now(); ; await untilNextQuery(since)) {
        const column = await columnOf();
        if (is(column)) return column;
        if (performance.now() - since > ms) throw new Error(`the column stands at ${JSON.stringify(column)}`);
      }
    },
  };
}
