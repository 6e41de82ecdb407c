/** The page. */
import { render } from 'preact';
import { App } from './app.tsx';
import { begin } from './state/show.ts';

render(<App />, document.body);
begin();
