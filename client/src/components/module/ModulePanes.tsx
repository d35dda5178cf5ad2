import { useState } from 'react';
import type { ReactNode } from 'react';
import type { UnrolledModule } from '../../../../contract/cycles.ts';
import { Rubric } from '../rubric/Rubric.tsx';
import { RubricSheet } from '../rubric/RubricSheet.tsx';
import { Examples } from './Examples.tsx';
import { ModuleReading } from './ModuleReading.tsx';
import './module.css';

interface ModulePanesProps {
  module: UnrolledModule;
  /** What stands above its steps. */
  children: ReactNode;
}

/** A module to read, with its rubric beside it; where there is no room, the rubric is a sheet. Fills its place. */
export function ModulePanes({ module, children }: ModulePanesProps) {
  const { criteria, scale } = module;
  const [first] = criteria;
  const [open, setOpen] = useState<string | null>(first?.key ?? null);
  return (
    <div className="wm-module">
      <div className="wm-panes">
        <div className="wm-pane-work">
          {children}
          <ModuleReading module={module} />
        </div>
        <aside className="wm-pane-rubric">
          {first && (
            <Rubric scale={scale} criteria={criteria} open={open} onOpen={setOpen} highlighted={[]} />
          )}
          <Examples module={module} />
        </aside>
      </div>
      {first && (
        <div className="wm-sheet-place wm-no-print">
          <RubricSheet scale={scale} criteria={criteria} current={open ?? first.key} onCurrent={setOpen} />
        </div>
      )}
    </div>
  );
}
