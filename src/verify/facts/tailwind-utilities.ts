/** Beginnings of utilities, with the theme namespaces that continue them (https://tailwindcss.com/docs/theme#theme-variable-namespaces). */
export const namespacesOf: Readonly<Record<string, readonly string[]>> = {
  bg: ['color'],
  text: ['color', 'text'],
  border: ['color'],
  'border-t': ['color'],
  'border-b': ['color'],
  'border-l': ['color'],
  'border-r': ['color'],
  'border-x': ['color'],
  'border-y': ['color'],
  divide: ['color'],
  outline: ['color'],
  ring: ['color'],
  'ring-offset': ['color'],
  shadow: ['shadow', 'color'],
  'inset-shadow': ['inset-shadow', 'color'],
  'drop-shadow': ['drop-shadow'],
  'text-shadow': ['text-shadow'],
  fill: ['color'],
  stroke: ['color'],
  accent: ['color'],
  caret: ['color'],
  decoration: ['color'],
  placeholder: ['color'],
  from: ['color'],
  via: ['color'],
  to: ['color'],
  font: ['font', 'font-weight'],
  tracking: ['tracking'],
  leading: ['leading'],
  rounded: ['radius'],
  'rounded-t': ['radius'],
  'rounded-b': ['radius'],
  'rounded-l': ['radius'],
  'rounded-r': ['radius'],
  blur: ['blur'],
  'backdrop-blur': ['blur'],
  perspective: ['perspective'],
  aspect: ['aspect'],
  ease: ['ease'],
  animate: ['animate'],
  container: ['container'],
  columns: ['container'],
  'max-w': ['container', 'breakpoint'],
  'min-w': ['container'],
  w: ['container'],
  basis: ['container'],
};

const words = (text: string) => text.trim().split(/\s+/);

/** Utilities without a value of the theme, the usual ones. */
export const plainUtilities: readonly string[] = words(`
  container block inline-block inline flex inline-flex table inline-table grid inline-grid contents hidden list-item flow-root sr-only
  not-sr-only static fixed absolute relative sticky visible invisible collapse isolate isolation-auto flex-row flex-row-reverse flex-col
  flex-col-reverse flex-wrap flex-nowrap flex-wrap-reverse flex-1 flex-auto flex-initial flex-none grow grow-0 shrink shrink-0
  items-start items-end items-center items-baseline items-stretch justify-start justify-end justify-center justify-between
  justify-around justify-evenly justify-stretch justify-items-start justify-items-center justify-items-end justify-items-stretch
  justify-self-auto justify-self-start justify-self-center justify-self-end content-center content-start content-end content-between
  content-around content-evenly self-auto self-start self-end self-center self-stretch self-baseline place-content-center
  place-items-center place-self-center float-left float-right float-none clear-both object-contain object-cover object-fill object-none
  overflow-auto overflow-hidden overflow-visible overflow-scroll overflow-x-auto overflow-y-auto overflow-x-hidden overflow-y-hidden
  truncate text-left text-center text-right text-justify text-start text-end text-wrap text-nowrap text-balance text-pretty
  text-ellipsis text-clip uppercase lowercase capitalize normal-case italic not-italic underline overline line-through no-underline
  antialiased subpixel-antialiased whitespace-normal whitespace-nowrap whitespace-pre whitespace-pre-line whitespace-pre-wrap
  break-normal break-words break-all break-keep list-none list-disc list-decimal list-inside list-outside align-baseline align-top
  align-middle align-bottom bg-fixed bg-local bg-scroll bg-cover bg-contain bg-auto bg-center bg-top bg-bottom bg-left bg-right
  bg-repeat bg-no-repeat bg-none bg-transparent bg-current text-transparent text-current border border-0 border-2 border-4 border-8
  border-t border-b border-l border-r border-x border-y border-solid border-dashed border-dotted border-double border-none
  border-transparent border-current border-collapse border-separate divide-x divide-y rounded rounded-none rounded-full outline
  outline-none outline-hidden ring ring-0 ring-1 ring-2 ring-4 ring-inset shadow shadow-none opacity-0 opacity-25 opacity-50 opacity-75
  opacity-100 transition transition-all transition-colors transition-opacity transition-shadow transition-transform transition-none
  duration-75 duration-100 duration-150 duration-200 duration-300 duration-500 duration-700 duration-1000 ease-linear ease-in ease-out
  ease-in-out animate-none animate-spin animate-ping animate-pulse animate-bounce cursor-auto cursor-default cursor-pointer cursor-wait
  cursor-text cursor-move cursor-help cursor-not-allowed pointer-events-none pointer-events-auto resize resize-none resize-x resize-y
  select-none select-text select-all select-auto appearance-none will-change-auto m-auto mx-auto my-auto mt-auto mb-auto ml-auto mr-auto
  w-auto w-full w-screen w-min w-max w-fit w-1/2 w-1/3 w-2/3 w-1/4 w-3/4 h-auto h-full h-screen h-dvh h-min h-max h-fit min-w-0
  min-w-full min-h-0 min-h-full min-h-screen max-w-none max-w-full max-h-full max-h-screen size-full inset-0 inset-x-0 inset-y-0 top-0
  right-0 bottom-0 left-0 z-0 z-10 z-20 z-30 z-40 z-50 z-auto order-first order-last order-none col-span-full row-span-full col-auto
  gap-0 space-x-reverse space-y-reverse grid-flow-row grid-flow-col grid-flow-dense grid-cols-none grid-rows-none grid-cols-subgrid
  leading-none font-normal font-medium font-semibold font-bold tabular-nums line-clamp-none bg-linear-to-r bg-linear-to-l bg-linear-to-t
  bg-linear-to-b bg-gradient-to-r bg-gradient-to-l bg-gradient-to-t bg-gradient-to-b scale-100 rotate-45 rotate-90 rotate-180
  transform-none backdrop-filter filter mix-blend-multiply aspect-auto aspect-square aspect-video scroll-smooth scroll-auto snap-x
  snap-y snap-center snap-start touch-none
`);

export const variants: readonly string[] = words(`
  hover focus focus-within focus-visible active visited target first last only odd even first-of-type last-of-type only-of-type empty
  disabled enabled checked indeterminate default required valid invalid in-range out-of-range placeholder-shown autofill read-only
  before after first-letter first-line marker selection file backdrop placeholder sm md lg xl 2xl max-sm max-md max-lg max-xl max-2xl
  dark light portrait landscape motion-safe motion-reduce contrast-more contrast-less print rtl ltr open inert starting group-hover
  group-focus group-active group-disabled peer-hover peer-focus peer-checked peer-disabled aria-checked aria-disabled aria-expanded
  aria-hidden aria-selected data-open
`);

const COLOURS = words(`
  slate gray zinc neutral stone red orange amber yellow lime green emerald teal cyan sky blue indigo violet purple fuchsia pink rose
`);
const SHADES = words('50 100 200 300 400 500 600 700 800 900 950');

/** Colours of Tailwind's default theme, for versions whose theme is a program. */
export function palette(): string[] {
  return ['black', 'white', ...COLOURS.flatMap((colour) => SHADES.map((shade) => `${colour}-${shade}`))];
}
