import type { Model } from 'mongoose';

type AnyModel = Model<Record<string, unknown>>;

/** Documents on their way into their collections, many at once and past mongoose, but not past its rules. */
export class Pile {
  readonly #docs = new Map<AnyModel, object[]>();

  add<T>(model: Model<T>, ...docs: NoInfer<T>[]): void {
    // a pile holds documents of any model; `add` has seen that each fits its own
    const key = model as unknown as AnyModel;
    const own = this.#docs.get(key) ?? [];
    own.push(...(docs as object[]));
    this.#docs.set(key, own);
  }

  get size(): number {
    return [...this.#docs.values()].reduce((sum, docs) => sum + docs.length, 0);
  }

  /** Stores them all. The first of each kind is held against its schema: unknown or missing fields throw. */
  async store(): Promise<void> {
    for (const [model, [first]] of this.#docs) {
      if (first) await new model(first).validate();
    }
    await Promise.all(
      [...this.#docs].map(async ([model, docs]) => {
        if (docs.length === 0) return;
        await model.collection.insertMany(docs, { ordered: false, writeConcern: { w: 1 } });
      }),
    );
  }
}
