export function LearnView() {
  return <section />;
}
