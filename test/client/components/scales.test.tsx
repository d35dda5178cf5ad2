import { describe, expect, it, jest } from '@jest/globals';
import { screen } from '@testing-library/react';
import type { Criterion, Scale } from '../../../contract/content.ts';
import { Cairn, LevelOf } from '../../../client/src/components/cairn/Cairn.tsx';
import { placeOf } from '../../../client/src/components/levels/levelPlaces.ts';
import { LevelsRow } from '../../../client/src/components/levels/LevelsRow.tsx';
import { Rubric } from '../../../client/src/components/rubric/Rubric.tsx';
import { renderPart } from '../gallery/renderPart.tsx';
import { criteria, onScale, scale as four, scaleOf } from '../gallery/samples.ts';

const three = scaleOf(['Not yet', 'Good enough', 'Strong'], 'Good enough');
const six = scaleOf(['None', 'Aware', 'Trying', 'Secure', 'Leading', 'Sharing'], 'Secure');
const only = (scale: Scale): Criterion => onScale(criteria[0], scale);

/** The stones of a level: how many there are, how many are filled, and the tone of these. */
async function drawn(scale: Scale, level: string | null) {
  const { container } = await renderPart(<Cairn place={placeOf(scale, level)} />);
  const stones = [...container.querySelectorAll('rect')];
  return {
    all: stones.length,
    filled: stones.filter(({ dataset }) => dataset['filled'] === 'true').length,
    tone: container.querySelector('svg')?.dataset['level'],
    boxes: stones.map((stone) => ['y', 'width', 'height', 'rx'].map((name) => stone.getAttribute(name))),
  };
}

describe('a level as stones', () => {
  it.each([
    { scale: three, level: 'not_yet', all: 3, filled: 1, tone: 'lowest' },
    { scale: three, level: 'good_enough', all: 3, filled: 2, tone: 'needed' },
    { scale: three, level: 'strong', all: 3, filled: 3, tone: 'above' },
    { scale: three, level: null, all: 3, filled: 0, tone: 'none' },
    { scale: six, level: 'trying', all: 6, filled: 3, tone: 'below' },
    { scale: six, level: 'secure', all: 6, filled: 4, tone: 'needed' },
    { scale: six, level: 'sharing', all: 6, filled: 6, tone: 'above' },
  ])('fills $filled of $all for $level, in the tone “$tone”', async ({ scale, level, ...expected }) => {
    const { boxes: _, ...found } = await drawn(scale, level);

    expect(found).toEqual(expected);
  });

  it('draws four levels as a cairn of 18 to 7.5 wide stones, 3.6 high', async () => {
    const { boxes } = await drawn(four, 'meets');

    expect(boxes).toEqual([
      ['16.2', '18', '3.6', '1.8'],
      ['11.4', '14.5', '3.6', '1.8'],
      ['6.6', '11', '3.6', '1.8'],
      ['1.8', '7.5', '3.6', '1.8'],
    ]);
  });

  it.each([three, four, six])('keeps within its box, and its stones apart', async (scale) => {
    const { boxes } = await drawn(scale, null);
    const stones = boxes.map(([y, , height]) => ({ top: Number(y), bottom: Number(y) + Number(height) }));

    stones.forEach(({ top, bottom }, index) => {
      expect(top).toBeGreaterThanOrEqual(1.79);
      expect(bottom).toBeLessThanOrEqual(index === 0 ? 19.81 : (stones[index - 1]?.top ?? 0) - 1);
    });
  });

  it('says the name that the scale gives it, and nothing for a level of another scale', async () => {
    await renderPart(
      <div data-testid="levels">
        <LevelOf scale={six} level="secure" />
        <LevelOf scale={six} level="strong" />
      </div>,
    );

    expect(screen.getByTestId('levels')).toHaveTextContent(/^Secure$/);
  });
});

describe.each([
  { name: 'three', scale: three },
  { name: 'six', scale: six },
])('a rubric of $name levels', ({ scale }) => {
  const names = scale.levels.map((level) => level.name);
  const needed = scale.levels.find(({ key }) => key === scale.meets)?.name ?? '';

  it('reads from the highest down, and marks the needed level only', async () => {
    await renderPart(<Rubric scale={scale} criteria={[only(scale)]} />);

    const items = screen.getAllByRole('listitem');
    const shown = items.map((item) => item.querySelector('.wm-rubric-level-name')?.textContent);
    const marked = items.filter((item) => item.textContent.includes('needed for approval'));

    expect(shown).toEqual([...names].reverse());
    expect(marked.map((item) => item.querySelector('.wm-rubric-level-name')?.textContent)).toEqual([needed]);
  });

  it('offers its levels to a reviewer from low to high', async () => {
    const onChange = jest.fn();
    const row = <LevelsRow scale={scale} criterion={only(scale)} value={scale.meets} onChange={onChange} />;
    const { user } = await renderPart(row);

    await user.click(screen.getByRole('radio', { name: names[0] ?? '' }));

    const order = screen.getAllByRole('radio').map((radio) => radio.getAttribute('value'));
    expect(order).toEqual(scale.levels.map(({ key }) => key));
    expect(screen.getByRole('radio', { name: needed })).toBeChecked();
    expect(onChange).toHaveBeenCalledWith(scale.levels[0]?.key);
  });
});
