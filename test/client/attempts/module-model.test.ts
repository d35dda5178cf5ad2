import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { requirementsOf } from '../../../contract/cycles.ts';
import type { UnrolledStep } from '../../../contract/cycles.ts';
import { documentOf, plainText, RichDocument } from '../../../contract/richText.ts';
import { checkRichText } from '../../../contract/richTextCheck.ts';
import { filesToHandIn } from '../../../client/src/components/editor/filesToHandIn.ts';
import { toRichDocument } from '../../../client/src/components/editor/toRichDocument.ts';
import {
  guessKind,
  missingNow,
  openCriteria,
  shortPrompts,
  targetOf,
} from '../../../client/src/features/attempts/moduleModel.ts';
import { anchorOf, isMarked, stepsReady } from '../../../client/src/features/attempts/stepsModel.ts';
import {
  Speedometer,
  minutesLeft,
  quarterOf,
} from '../../../client/src/features/attempts/uploads/uploadItem.ts';
import { toWebAddress } from '../../../client/src/components/field/webAddress.ts';
import { aRichModule } from '../support/richModule.ts';
import { aPiece, aReturned, aWorkspace, firstPrompt, idOf, moduleAt } from '../support/teacherWork.ts';

const pieces = (text: string) => new Map([[firstPrompt().key, { document: documentOf(text) }]]);
const enough = 'word '.repeat(firstPrompt().words.from);

describe('what is missing', () => {
  test('counts a text as it stands on the page, before the server has it', () => {
    const before = missingNow(aWorkspace(), pieces('')).map(({ what }) => what);
    const after = missingNow(aWorkspace(), pieces('One word')).map(({ what }) => what);

    expect(before).toContain('reflection');
    expect(after).not.toContain('reflection');
  });

  test('asks after a return for the note of what changed', () => {
    const missing = missingNow(aReturned(), pieces('text'));

    expect(missing.map(({ what }) => what)).toContain('change_note');
  });

  test('never holds a short text back: it is a hint only', () => {
    expect(shortPrompts(aWorkspace(), pieces('Too short'))).toHaveLength(1);
    expect(missingNow(aWorkspace({ missing: [] }), pieces('Too short'))).toEqual([]);
  });
});

describe('steps that are ready', () => {
  test('are those marked, the written and the handed in', () => {
    const ready = stepsReady(aWorkspace({ stepsDone: ['learn'], missing: [] }), pieces(enough));

    expect([...ready].sort()).toEqual(['hand_in', 'learn', 'reflect']);
  });

  test('are all once it is handed in', () => {
    expect(stepsReady(aWorkspace({ state: 'submitted', writable: false }), new Map()).size).toBe(4);
  });
});

describe('steps of a module with questions in two of them', () => {
  const { steps, ...rest } = aRichModule();
  const second = { ...firstPrompt(), key: idOf(340) };
  const asking = (step: UnrolledStep): UnrolledStep =>
    step.kind === 'hand_in' ? { ...step, blocks: [second, ...step.blocks] } : step;
  const module = { ...rest, steps: steps.map(asking) };
  const written = (...keys: string[]) => new Map(keys.map((key) => [key, { document: documentOf(enough) }]));

  test.each([
    { case: 'nothing', texts: [], missing: [], ready: [] },
    { case: 'the first answer', texts: [firstPrompt().key], missing: [], ready: ['reflect'] },
    { case: 'the answer in the last step', texts: [second.key], missing: [], ready: ['hand_in'] },
    {
      case: 'both answers, and evidence is missing',
      texts: [firstPrompt().key, second.key],
      missing: aWorkspace().missing,
      ready: ['reflect'],
    },
  ])('are ready by their own texts: $case', ({ texts, missing, ready }) => {
    const found = stepsReady(aWorkspace({ module, missing }), written(...texts));

    expect([...found]).toEqual(ready);
  });

  test('are marked only where nothing is asked', () => {
    expect(module.steps.filter(isMarked).map(({ key }) => key)).toEqual(['learn', 'prepare', 'try']);
  });
});

describe('kinds of evidence that a criterion asks for', () => {
  const { key, title } = moduleAt(0).criteria[0] ?? { key: '', title: '' };
  const asking = (kindsNeeded: number) => {
    const module = moduleAt(0);
    const criteria = module.criteria.map((one) => (one.key === key ? { ...one, kindsNeeded } : one));
    return { ...module, criteria };
  };
  const picture = aPiece({ id: idOf(60), kind: 'image' });

  test.each([
    { needed: 1, evidence: [], text: '', lacks: false },
    { needed: 2, evidence: [aPiece()], text: '', lacks: true },
    { needed: 2, evidence: [aPiece()], text: 'One word', lacks: false },
    { needed: 2, evidence: [aPiece(), aPiece({ id: idOf(61) })], text: '', lacks: true },
    { needed: 3, evidence: [aPiece(), picture], text: 'One word', lacks: false },
    { needed: 3, evidence: [aPiece(), { ...picture, state: 'checking' as const }], text: 'One', lacks: true },
    { needed: 3, evidence: [aPiece(), { ...picture, criteria: [] }], text: 'One word', lacks: true },
  ])(
    '$needed are counted by what is ready, speaks to it and differs ($evidence.length files, “$text”)',
    (given) => {
      const workspace = aWorkspace({ module: asking(given.needed), missing: [], evidence: given.evidence });

      const found = missingNow(workspace, pieces(given.text)).filter(({ what }) => what === 'kinds');

      expect(found).toEqual(given.lacks ? [{ what: 'kinds', key, title, cycle: null }] : []);
    },
  );
});

describe('the place of what is missing', () => {
  test.each([
    [{ what: 'reflection', key: idOf(1) }, `prompt-${idOf(1)}`],
    [{ what: 'artifact', key: idOf(2) }, `requirement-${idOf(2)}`],
    [{ what: 'kinds', key: idOf(3) }, 'step-hand_in'],
    [{ what: 'artifact_not_ready', key: 'A file.pdf' }, 'step-hand_in'],
    [{ what: 'change_note', key: 'change-note' }, 'change-note'],
  ] as const)('of %j is #%s', (missing, anchor) => {
    expect(anchorOf(moduleAt(0), missing)).toBe(anchor);
  });
});

describe('what a new piece speaks to', () => {
  test('is the first requirement that still waits for its kind', () => {
    const requirement = requirementsOf(moduleAt(0))[0];

    const target = targetOf(aWorkspace(), 'document');

    expect(target.requirementKey).toBe(requirement?.key);
    expect(target.criteria).toEqual(requirement?.criteria);
  });

  test('is every open criterion where nothing waits for it', () => {
    const target = targetOf(aWorkspace({ missing: [] }), 'audio');

    expect(target.requirementKey).toBeNull();
    expect(target.criteria).toEqual(moduleAt(0).criteria.map(({ key }) => key));
  });

  test('is never a criterion that a return left closed', () => {
    const work = aReturned();

    expect(targetOf(work, 'video').criteria).toEqual(openCriteria(work));
    expect(openCriteria(work)).toHaveLength(1);
  });

  test.each([
    ['image/heic', 'image'],
    ['video/mp4', 'video'],
    ['audio/mpeg', 'audio'],
    ['text/csv', 'text'],
    ['application/pdf', 'document'],
    ['', 'document'],
  ])('takes %j for a %s', (type, kind) => {
    expect(guessKind({ type, name: 'x' })).toBe(kind);
  });
});

describe('a document from the editor', () => {
  test('keeps lists, quotes, bold, italic and links, and drops every attribute beside', () => {
    const link = { type: 'link', attrs: { href: 'https://example.org', target: '_blank', class: 'x' } };
    const json = {
      type: 'doc',
      content: [
        { type: 'paragraph', content: [{ type: 'text', text: 'Go', marks: [{ type: 'bold' }, link] }] },
        {
          type: 'orderedList',
          attrs: { start: 3, type: 'a' },
          content: [
            { type: 'listItem', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'One' }] }] },
          ],
        },
      ],
    };

    const document = toRichDocument(json);

    expect(RichDocument.safeParse(document).success).toBe(true);
    expect(JSON.stringify(document)).not.toContain('_blank');
    expect(document.content[1]).toMatchObject({ type: 'orderedList', attrs: { start: 3 } });
  });

  test('loses the mark of a link that leads nowhere good, and keeps its text', () => {
    const bad = { type: 'link', attrs: { href: 'javascript:alert(1)' } };
    const json = {
      type: 'doc',
      content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Click', marks: [bad] }] }],
    };

    expect(toRichDocument(json)).toEqual(documentOf('Click'));
  });

  test('is on the allow-list whatever came in, or is called too deep', () => {
    const node = fc.letrec((tie) => ({
      node: fc.record({
        type: fc.constantFrom(
          'paragraph',
          'bulletList',
          'orderedList',
          'listItem',
          'blockquote',
          'table',
          'codeBlock',
        ),
        content: fc.array(
          fc.oneof({ depthSize: 'large' }, fc.constant({ type: 'text', text: 'word' }), tie('node')),
          {
            maxLength: 3,
          },
        ),
      }),
    })).node;

    fc.assert(
      fc.property(fc.array(node, { maxLength: 5 }), (content) => {
        const check = checkRichText(toRichDocument({ type: 'doc', content: content as never }));
        expect(check.ok || check.fault.code).toEqual(check.ok ? true : 'too_deep');
      }),
    );
  });

  test('is empty where nothing but an empty line is there', () => {
    const document = toRichDocument({ type: 'doc', content: [{ type: 'paragraph' }] });

    expect(plainText(document)).toBe('');
    expect(document.content).toEqual([]);
  });
});

describe('an address that somebody types', () => {
  test.each([
    ['example.org/page', 'https://example.org/page'],
    [' https://example.org ', 'https://example.org'],
    ['teacher@example.org', 'mailto:teacher@example.org'],
    ['http://localhost:3000/x', 'http://localhost:3000/x'],
  ])('%j leads to %s', (typed, address) => {
    expect(toWebAddress(typed)).toBe(address);
  });

  test.each(['', 'my document', 'word', 'javascript:alert(1)', 'data:text/html,x', 'file:///etc'])(
    '%j leads nowhere',
    (typed) => {
      expect(toWebAddress(typed)).toBeNull();
    },
  );
});

describe('a paste', () => {
  const transfer = (files: File[], text: string) =>
    ({ files, getData: () => text }) as unknown as DataTransfer;
  const picture = new File(['x'], 'picture.png', { type: 'image/png' });

  test('of a picture alone is handed in', () => {
    expect(filesToHandIn(transfer([picture], ''))).toEqual([picture]);
  });

  test('of text with a picture of it, as text processors make it, stays text', () => {
    expect(filesToHandIn(transfer([picture], 'The text'))).toEqual([]);
  });
});

describe('an upload’s figures', () => {
  test('tell the time left by the speed of the last seconds', () => {
    const speed = new Speedometer();
    speed.measure(0, 0);

    const bytesPerSecond = speed.measure(2_000_000, 2000);

    expect(bytesPerSecond).toBe(1_000_000);
    expect(minutesLeft({ sent: 2_000_000, size: 92_000_000, bytesPerSecond })).toBe(2);
  });

  test('tell no time before the speed is known', () => {
    expect(minutesLeft({ sent: 1, size: 10, bytesPerSecond: null })).toBeNull();
  });

  test('are said in quarters', () => {
    expect([0, 24, 25, 74, 100].map((sent) => quarterOf({ sent, size: 100 }))).toEqual([0, 0, 1, 2, 4]);
  });
});
