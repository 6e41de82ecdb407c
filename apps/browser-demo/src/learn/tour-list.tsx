/** The guided tours that there are. */
import { guide, tour, view } from '../state/show.ts';
import { tourNames } from '../state/tour.ts';
import { texts as learn } from '../texts/learn.ts';
import { texts } from '../texts/tours.ts';
import { tours } from './tours.ts';

const { tourList: words } = learn;

export function TourList() {
  return (
    <ul class="tours">
      {tourNames.map(name => {
        const { name: title, lead, steps } = texts.tours[name];
        const isUnderWay = tour.value?.name === name;
        return (
          <li key={name}>
            <h2>{title}</h2>
            <p>{lead}</p>
            <p class="acts">
              <button type="button" class="run" aria-label={words.beginOf(title)} onClick={() => guide(name)}>
                {words.begin}
              </button>
              {isUnderWay && (
                <button type="button" onClick={goOn}>
                  {words.goOn((tour.value?.step ?? 0) + 1)}
                </button>
              )}
            </p>
            <ol>
              {Object.values(steps).map((step, number) => (
                <li key={tours[name][number]?.key}>
                  <button type="button" class="plain" onClick={() => guide(name, number)}>
                    {step.title}
                  </button>
                </li>
              ))}
            </ol>
          </li>
        );
      })}
    </ul>
  );
}

/** Its panel is on the views of the connection, and knows which of them. */
function goOn(): void {
  view.value = 'handshake';
}
