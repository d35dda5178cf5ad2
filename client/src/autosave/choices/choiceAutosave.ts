import { AutosaveGroup } from '../group.ts';
import type { GroupDeps } from '../group.ts';
import { choiceId } from './choice.ts';
import type { Choice, MadeChoice } from './choice.ts';
import { choiceAdapter } from './choiceAdapter.ts';
import type { ChoiceAdapterDeps } from './choiceAdapter.ts';

export interface ChoicesState {
  /** Made here and not taken by the server yet, by their ids. */
  readonly pending: ReadonlyMap<string, MadeChoice>;
  /** The server said no to the last one: it was taken back. */
  readonly refused: boolean;
  /** Since when sending fails in passing, or null. */
  readonly failingSince: Date | null;
}

/**
 * Small choices on one attempt: shown at once, kept on the device, tried again after a passing fault, taken back when the server
 * refuses.
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
