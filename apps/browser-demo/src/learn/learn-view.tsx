/** What is there to learn from, beside the connection itself: guided tours through it, and the registries of TLS. */
import '../style/learn.css';
import { signal } from '@preact/signals';
import { lazily } from '../lazy.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { texts } from '../texts/learn.ts';
import { texts as common } from '../texts.ts';
import { TourList } from './tour-list.tsx';

const { loading, view } = common.app;

const tabs = [
  { key: 'tours', name: texts.tab.tours, Content: TourList },
  {
    key: 'alerts',
    name: texts.tab.alerts,
    Content: lazily(async () => (await import('./alert-table.tsx')).AlertTable, loading),
  },
  {
    key: 'extensions',
    name: texts.tab.extensions,
    Content: lazily(async () => (await import('./extension-table.tsx')).ExtensionTable, loading),
  },
  { key: 'suites', name: texts.tab.suites, Content: lazily(loadSuites, loading) },
] as const;

const chosen = signal<(typeof tabs)[number]['key']>('tours');

export function LearnView() {
  return (
    <section class="learn" aria-label={view.learn}>
      <Tabs id="learn" label={texts.tabs} tabs={tabs} chosen={chosen} />
    </section>
  );
}

async function loadSuites() {
  const [{ SuiteTable }, { suiteRows, wholeProvider }] = await Promise.all([
    import('./suite-table.tsx'),
    import('./suites.ts'),
  ]);
  const rows = suiteRows(await wholeProvider());
  return () => <SuiteTable rows={rows} />;
}
