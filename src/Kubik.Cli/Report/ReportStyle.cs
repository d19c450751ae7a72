namespace Kubik.Cli.Report;

/// <summary>How the page looks: light and dark, wide and narrow. The colours are told apart by people who mix up red and green (Okabe and Ito 2008).</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --ink: #1b1f24; --soft: #5d6672; --line: #dfe3e8;
                --train: #0072b2; --test: #d55e00; --val: #00795a; --right: 0, 114, 178; --wrong: 213, 94, 0; }
        @media (prefers-color-scheme: dark) {
          :root { --page: #12151a; --card: #1b2027; --ink: #e8eaed; --soft: #9aa4b0; --line: #313944;
                  --train: #56b4e9; --test: #f0a04b; --val: #3fc79a; --right: 86, 180, 233; --wrong: 240, 160, 75; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; }
        main { max-width: 66rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0; letter-spacing: -.01em; overflow-wrap: anywhere; }
        h2 { font-size: 1.15rem; margin: 0; }
        .about, .lead { color: var(--soft); margin: .15rem 0 1rem; }
        .badge { display: inline-block; padding: 0 .6em; border-radius: 1em; font-size: .8rem; background: rgba(var(--wrong), .18); margin-left: .5em; vertical-align: middle; }
        section { background: var(--card); border: 1px solid var(--line); border-radius: .8rem; padding: 1.1rem 1.25rem 1.25rem; margin-top: 1rem; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin-top: 1.2rem; }
        .tile { background: var(--card); border: 1px solid var(--line); border-radius: .8rem; padding: .8rem 1rem; }
        .tile b { display: block; font-size: 1.5rem; line-height: 1.2; font-weight: 650; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .tile span { color: var(--soft); font-size: .85rem; }
        .tile.main b { color: var(--train); }
        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 1.25rem; }
        .pair figure { max-width: 36rem; } figure { margin: 0; } figcaption { color: var(--soft); font-size: .85rem; }
        svg { display: block; width: 100%; height: auto; font: 12px system-ui, "DejaVu Sans", sans-serif; }
        svg text { fill: var(--soft); } svg text.title { fill: var(--ink); font-weight: 600; font-size: 13px; }
        .grid { stroke: var(--line); stroke-width: 1; } .axis { stroke: var(--soft); stroke-width: 1; }
        .curve { fill: none; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
        .train { --c: var(--train); } .test { --c: var(--test); } .val { --c: var(--val); }
        .curve { stroke: var(--c); } .dot { fill: var(--card); stroke: var(--c); stroke-width: 1.6; } svg text.name { fill: var(--c); font-weight: 600; }
        .test.curve { stroke-dasharray: 7 4; } .val.curve { stroke-dasharray: 2 4; }
        .point { fill: var(--train); fill-opacity: .45; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .28rem .7rem; text-align: left; vertical-align: top; }
        th { font-weight: 600; } td.n, th.n { text-align: right; }
        .plain { width: 100%; } .plain tr + tr td, .plain thead + tbody td, .facts tr + tr > * { border-top: 1px solid var(--line); }
        .plain th { color: var(--soft); font-size: .85rem; } .facts th { color: var(--soft); font-weight: 500; white-space: nowrap; padding-left: 0; } .facts td { overflow-wrap: anywhere; }
        .confusion { width: 100%; max-width: 52rem; } .confusion caption { text-align: left; margin: 0 0 .5rem; font-size: .85rem; }
        .confusion td, .confusion th { text-align: center; padding: .35rem .3rem; min-width: 2.4rem; font-size: .88rem; }
        .confusion td { border: 1px solid var(--card); border-radius: .3rem; } .confusion td.zero { color: var(--soft); opacity: .45; }
        .confusion th[scope=row] { text-align: right; }
        .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)); gap: 1rem .8rem; }
        .gallery.small { grid-template-columns: repeat(auto-fill, minmax(4rem, 1fr)); }
        .gallery img { image-rendering: pixelated; border-radius: .35rem; border: 1px solid var(--line); width: 100%; max-width: 6rem; height: auto; display: block; } .gallery.small img { max-width: 4rem; }
        .gallery figcaption { line-height: 1.3; margin-top: .3rem; } .gallery b { color: var(--ink); }
        pre { background: var(--page); border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .9rem; margin: 0 0 1rem; white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.45 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
        pre span { white-space: nowrap; }
        code { font: .92em ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
        .legend { display: flex; align-items: center; gap: .5rem; color: var(--soft); font-size: .85rem; margin-top: .8rem; }
        .ramp { width: 9rem; height: .7rem; border-radius: .35rem; background: linear-gradient(90deg, rgb(33, 102, 172), rgb(247, 247, 247), rgb(179, 88, 6)); border: 1px solid var(--line); }
        footer { color: var(--soft); font-size: .85rem; margin-top: 1.2rem; }
        @media (max-width: 30rem) { section { padding: .9rem; border-radius: .6rem; } h1 { font-size: 1.5rem; } .tiles { grid-template-columns: 1fr 1fr; } th, td { padding: .28rem .4rem; }
          .confusion td, .confusion th { min-width: 0; padding: .2rem .1rem; font-size: .68rem; } .gallery { grid-template-columns: repeat(3, 1fr); } .gallery.small { grid-template-columns: repeat(5, 1fr); } }
        @media print { section { break-inside: avoid; } }
        """;
}
