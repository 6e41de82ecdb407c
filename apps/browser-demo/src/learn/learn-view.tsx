/** What is there to learn from, beside the connection itself: guided tours through it, and the registries of TLS. */
import { signal } from '@preact/signals';
import { Tabs } from '../parts/tabs.tsx';
import { texts } from '../texts/learn.ts';
import { texts as common } from '../texts.ts';
import { TourList } from './tour-list.tsx';

const tabs = [{ key: 'tours', name: texts.tab.tours, Content: TourList }] as const;

const chosen = signal<(typeof tabs)[number]['key']>('tours');

export function LearnView() {
  return (
    <section class="learn" aria-label={common.app.view.learn}>
      <Tabs id="learn" label={texts.tabs} tabs={tabs} chosen={chosen} />
    </section>
  );
}
