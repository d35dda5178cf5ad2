import { describe, expect, it, jest } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import { useState } from 'react';
import { Rubric } from '../../../client/src/components/rubric/Rubric.tsx';
import { RubricSheet } from '../../../client/src/components/rubric/RubricSheet.tsx';
import type { RubricMarks } from '../../../client/src/components/rubric/rubricModel.ts';
import { LevelsRow } from '../../../client/src/components/levels/LevelsRow.tsx';
import type { LevelKey } from '../../../contract/content.ts';
import { renderPart } from '../gallery/renderPart.tsx';
import { criteria, marks, scale } from '../gallery/samples.ts';

const [one, two] = criteria;
const long = '2025-01-12T09:00:00Z';

describe('the rubric beside the work', () => {
  it('reads from Extends down and says on Meets that it is needed', async () => {
    await renderPart(<Rubric scale={scale} criteria={criteria} />);

    const names = screen.getAllByRole('listitem').map((item) => item.textContent?.match(/^[A-Z][a-z]+/)?.[0]);

    expect(names).toEqual(['Extends', 'Meets', 'Approaching', 'Emerging']);
    expect(screen.getAllByRole('listitem')[1]).toHaveTextContent('needed for approval');
    expect(screen.queryByRole('radio')).toBeNull();
  });

  it('opens one criterion at a time and tells the page which', async () => {
    const onOpen = jest.fn();
    const { user } = await renderPart(<Rubric scale={scale} criteria={criteria} onOpen={onOpen} />);

    await user.click(screen.getByRole('button', { name: /Acting on results/ }));

    expect(onOpen).toHaveBeenCalledWith(two.key);
    expect(screen.getByRole('button', { name: /Acting on results/ })).toHaveAttribute(
      'aria-expanded',
      'true',
    );
    expect(screen.getByRole('button', { name: /One clear purpose/ })).toHaveAttribute(
      'aria-expanded',
      'false',
    );
  });

  it('lets a level be chosen by keys alone, and marks it as mine today', async () => {
    function Chooser() {
      const [chosen, setChosen] = useState<LevelKey>('emerging');
      const mine: RubricMarks = { [one.key]: [{ level: chosen, who: 'you', at: new Date().toISOString() }] };
      return (
        <Rubric scale={scale} criteria={criteria} marks={mine} onChoose={(_, level) => setChosen(level)} />
      );
    }
    const { user } = await renderPart(<Chooser />);
    const group = screen.getByRole('radiogroup', { name: 'A One clear purpose' });

    within(group)
      .getByRole('radio', { name: /Emerging/ })
      .focus();
    await user.keyboard('{ArrowUp}');

    const approaching = within(group).getByRole('radio', { name: /Approaching/ });
    expect(approaching).toBeChecked();
    expect(approaching.closest('label')).toHaveTextContent('You, today');
  });

  it("shows the reviewer's mark with its day, and my own of another day as of that day", async () => {
    const both: RubricMarks = {
      [one.key]: [
        { level: 'meets', who: 'reviewer', at: '2025-11-23T09:00:00Z' },
        { level: 'approaching', who: 'you', at: long },
      ],
    };
    await renderPart(<Rubric scale={scale} criteria={criteria} marks={both} />);

    expect(screen.getByText('Reviewer, 23 Nov 2025')).toBeInTheDocument();
    expect(screen.getByText('You, 12 Jan 2025')).toBeInTheDocument();
  });

  it("shows a colleague's mark as that", async () => {
    const theirs: RubricMarks = {
      [one.key]: [
        { level: 'approaching', who: 'you', at: long },
        { level: 'meets', who: 'peer', at: '2025-11-23T09:00:00Z' },
      ],
    };
    await renderPart(<Rubric scale={scale} criteria={criteria} marks={theirs} />);

    expect(screen.getByText('Colleague, 23 Nov 2025')).toBeInTheDocument();
  });

  it('shows a closed criterion with its level, or that it is not marked yet', async () => {
    await renderPart(<Rubric scale={scale} criteria={criteria} marks={marks} open={null} />);

    expect(screen.getByRole('button', { name: /One clear purpose/ })).toHaveTextContent('Meets');
    expect(screen.getByRole('button', { name: /Everyone can take part/ })).toHaveTextContent(
      'not marked yet',
    );
  });

  it('says nothing of marks where nobody’s work is looked at', async () => {
    await renderPart(<Rubric scale={scale} criteria={criteria} open={null} />);

    expect(screen.queryByText('not marked yet')).toBeNull();
  });
});

describe('the rubric on a phone', () => {
  function Phone({ onChoose }: { onChoose?: (key: string, level: LevelKey) => void }) {
    const [current, setCurrent] = useState<string>(two.key);
    return (
      <RubricSheet
        scale={scale}
        criteria={criteria}
        marks={marks}
        current={current}
        onCurrent={setCurrent}
        {...(onChoose ? { onChoose } : {})}
      />
    );
  }

  it('names the criterion in the peek bar and opens as a dialog that Escape closes, with focus back on the bar', async () => {
    const { user } = await renderPart(<Phone />);
    const peek = screen.getByRole('button', { name: 'Rubric: B Acting on results' });

    await user.click(peek);
    const wasOpen = screen.getByRole('dialog', { name: 'Rubric' });
    await user.keyboard('{Escape}');

    expect(wasOpen).not.toBeInTheDocument();
    expect(peek).toHaveFocus();
  });

  it('changes the criterion within the sheet and reports the level chosen there', async () => {
    const onChoose = jest.fn();
    const { user } = await renderPart(<Phone onChoose={onChoose} />);
    await user.click(screen.getByRole('button', { name: /^Rubric: B/ }));

    await user.click(screen.getByRole('button', { name: 'C Everyone can take part' }));
    await user.click(screen.getByRole('radio', { name: /Extends/ }));

    expect(onChoose).toHaveBeenCalledWith(criteria[2].key, 'extends');
  });

  it('grows and shrinks by key as well as by dragging', async () => {
    const { user } = await renderPart(<Phone />);
    await user.click(screen.getByRole('button', { name: /^Rubric: B/ }));

    screen.getByRole('button', { name: 'Make the rubric larger' }).focus();
    await user.keyboard('{Enter}');

    expect(screen.getByRole('button', { name: 'Make the rubric smaller' })).toHaveFocus();
  });
});

describe("a reviewer's levels", () => {
  it('stand low to high and show the text of the chosen one', async () => {
    const onChange = jest.fn();
    const { user } = await renderPart(
      <LevelsRow scale={scale} criterion={two} value="meets" onChange={onChange} />,
    );

    await user.click(screen.getByRole('radio', { name: 'Extends' }));

    const order = screen.getAllByRole('radio').map((radio) => radio.getAttribute('value'));
    expect(order).toEqual(['emerging', 'approaching', 'meets', 'extends']);
    expect(screen.getByText(/changes for named groups/)).toBeInTheDocument();
    expect(onChange).toHaveBeenCalledWith('extends');
  });
});
