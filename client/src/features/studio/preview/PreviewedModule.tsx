import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { UnrolledModule } from '../../../../../contract/cycles.ts';
import type { MapModule } from '../../../../../contract/pathways.ts';
import { StateChip } from '../../../components/chip/StateChip.tsx';
import { ModulePanes } from '../../../components/module/ModulePanes.tsx';
import { OpensAfterText } from '../../../components/opens/OpensAfterText.tsx';
import { NotAskedText } from '../../../components/pathwayMap/NotAskedText.tsx';
import { PageTitle } from '../../../components/page/PageTitle.tsx';

interface PreviewedModuleProps {
  module: UnrolledModule;
  place: MapModule;
  /** Address of the map. */
  map: string;
}

/** A module of the draft as its page shows it, with what the map says about it. */
export function PreviewedModule({ module, place, map }: PreviewedModuleProps) {
  const { t } = useTranslation('studio');
  const { opensAfter, notAsked, state } = place;
  return (
    <ModulePanes module={module}>
      <Link className="wm-link" to={map}>
        {t('previewAs.toMap')}
      </Link>
      <PageTitle>{module.title}</PageTitle>
      <div className="wm-notice-line">
        <div>
          {state === 'approved' && <StateChip state="approved" />}
          {opensAfter && <StateChip state="locked" />}
          {opensAfter && <OpensAfterText opensAfter={opensAfter} reader="own" />}
          {notAsked && <NotAskedText notAsked={notAsked} />}
          <p className="wm-small">{t('previewAs.inert')}</p>
        </div>
      </div>
    </ModulePanes>
  );
}
