export function LiveView() {
  return <section />;
}
