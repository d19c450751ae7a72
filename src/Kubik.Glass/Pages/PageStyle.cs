// How pages look: the colours of the pictures, one column of a width that can be read, formulas that go on in the next line,
// and on paper black on white, with no formula cut and no picture split.

using Kubik.Glass.Pictures;

namespace Kubik.Glass.Pages;

internal static class PageStyle
{
    public const string Text = $$"""
        :root { color-scheme: light dark; {{Palette.Light}} }
        @media screen and (prefers-color-scheme: dark) { :root { {{Palette.Dark}} } }
        * { box-sizing: border-box; }
        html { scroll-padding-top: 1rem; }
        body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; background: var(--paper);
          color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
        h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem; }
        h2 { font-size: 1.3rem; margin: 2.2rem 0 .6rem; padding-top: .8rem; border-top: 1px solid var(--edge); }
        h3 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; color: var(--plus); overflow-wrap: anywhere; }
        p { margin: .35rem 0; color: var(--soft); max-width: 48rem; }
        a { color: var(--plus); }
        a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--plus); outline-offset: 2px; }
        summary { cursor: pointer; } summary h2 { display: inline; border: 0; }
        pre { background: var(--fill); border: 1px solid var(--edge); border-radius: 6px; padding: .6rem .8rem;
          white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9rem; }
        nav ul { margin: .4rem 0; padding-left: 1.2rem; } nav details { color: var(--soft); } nav li li { list-style: none; }
        nav li ul { columns: 16rem; padding-left: .4rem; }
        .formula { overflow-x: auto; overflow-y: hidden; padding: .2rem 0 .2rem 2.4rem; text-indent: -1.6rem; line-height: 1.9; }
        .formula math { text-indent: 0; padding: .12em 0; } .wide math { font-size: .85rem; }
        .entries { border-left: 3px solid var(--edge); margin: .2rem 0 .4rem .8rem; }
        math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", "DejaVu Math TeX Gyre", "Noto Sans Math", math, serif; font-size: 1.05rem;
          math-style: normal; }
        mtd { padding: .25em .45em; }
        table { border-collapse: collapse; margin: .6rem 0 .8rem 1.6rem; }
        th, td { border-bottom: 1px solid var(--edge); padding: .15rem .7rem; text-align: right; font-variant-numeric: tabular-nums; }
        th[scope=row], .words { text-align: left; } th[scope=row] { font-weight: 500; }
        sub, sup { font-size: .75em; line-height: 0; }
        figure { margin: .8rem 0 1rem; }
        figcaption { color: var(--soft); font-size: .92rem; max-width: 48rem; margin-top: .3rem; }
        .drawn { overflow-x: auto; } .drawn svg { display: block; height: auto; max-width: 100%; min-width: var(--least); }
        @media print {
          :root { color-scheme: light; } body { max-width: none; padding: 0; font-size: 10.5pt; } nav { display: none; } a { color: inherit; }
          h1, h2, h3 { break-after: avoid; color: var(--ink); } p, figcaption { color: var(--ink); max-width: none; }
          .formula, .entries, .drawn { overflow: visible; } .formula, figure, pre { break-inside: avoid; } math { font-size: .82rem; }
          .wide math { font-size: .66rem; } .widest math { font-size: .5rem; } .drawn svg { min-width: 0; }
        }
        """;
}
