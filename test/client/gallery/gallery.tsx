import '../../../client/src/zodQuiet.ts';
import '../../../client/src/theme/styles.ts';
import { createRoot } from 'react-dom/client';
import { Providers } from './Providers.tsx';
import { startI18n } from '../../../client/src/i18n/index.ts';
import { BoardSample } from './BoardSample.tsx';
import { MapSample } from './MapSample.tsx';
import { ModuleSample } from './ModuleSample.tsx';

const query = new URLSearchParams(window.location.search);
const shown = query.get('show');
const words = await startI18n(query.get('lng'));
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <Providers words={words}>
      {shown === 'map' ? <MapSample /> : shown === 'module' ? <ModuleSample /> : <BoardSample />}
    </Providers>,
  );
}
