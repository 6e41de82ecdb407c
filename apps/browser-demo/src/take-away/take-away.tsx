export function TakeAway() {
  return <section />;
}
