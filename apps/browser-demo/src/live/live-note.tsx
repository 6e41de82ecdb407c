/** Stands in place of the settings where a connection to a real server is looked at. */
import { focusOn } from '../parts/focus.ts';
import { change } from '../state/show.ts';
import { texts } from '../texts/live.ts';

export function LiveNote() {
  return (
    <div class="live-note">
      <p>{texts.elsewhere.what}</p>
      <button type="button" onClick={back}>
        {texts.elsewhere.back}
      </button>
    </div>
  );
}

function back(): void {
  focusOn('content');
  change({});
}
