export function KeysView() {
  return <section />;
}
