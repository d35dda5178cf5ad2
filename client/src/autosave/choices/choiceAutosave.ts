import { AutosaveGroup } from '../group.ts';
import type { GroupDeps } from '../group.ts';
import { choiceId } from './choice.ts';
import type { Choice, MadeChoice } from './choice.ts';
import { choiceAdapter } from './choiceAdapter.ts';
import type { ChoiceAdapterDeps } from './choiceAdapter.ts';

export interface ChoicesState {
  /** Made here and not yet accepted by the server, by id. */
  readonly pending: ReadonlyMap<string, MadeChoice>;
  /** The server refused the last one: it was undone. */
  readonly refused: boolean;
  /** Since when sending has been failing for a passing reason, or null. */
  readonly failingSince: Date | null;
}

/**
 * Small choices on one attempt: shown at once, kept on the device, retried after a passing failure, undone if the server refuses
 * them.
 */
export class ChoiceAutosave extends AutosaveGroup<MadeChoice | null, never> {
  #refused = false;
  #state: ChoicesState = { pending: new Map(), refused: false, failingSince: null };

  constructor({ openStore, environment, ...deps }: ChoiceAdapterDeps & GroupDeps) {
    const refused = () => {
      this.#refused = true;
      this.changed();
      deps.refused();
    };
    super(choiceAdapter({ ...deps, refused }), environment ? { openStore, environment } : { openStore });
  }

  readonly state = (): ChoicesState => this.#state;

  choose(choice: Choice): void {
    this.#refused = false;
    const part = this.part(choiceId(choice));
    part.write({ choice, at: new Date().toISOString() });
    void part.flush();
  }

  protected override changed(): void {
    const unsent = [...this.parts()].filter(([, part]) => part.model().phase.kind !== 'saved');
    const pending = unsent.flatMap(([id, part]) => {
      const { value } = part.model();
      return value ? [[id, value] as const] : [];
    });
    const since = unsent.flatMap(([, part]) => {
      const phase = part.phase();
      return phase.kind === 'failing' ? [phase.since] : [];
    });
    const [failingSince = null] = since.sort((a, b) => a.getTime() - b.getTime());
    this.#state = { pending: new Map(pending), refused: this.#refused, failingSince };
    super.changed();
  }
}
