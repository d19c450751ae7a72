// Text that goes into a page or a picture. A module of one's own may be called anything, and XML 1.0 has no place for some signs at
// all, not even as a reference: control characters, halves of surrogate pairs, U+FFFE and U+FFFF. In their place stands �, so that
// a page can be opened whatever is in it.

using System.Net;
using System.Text;
using System.Xml;

namespace Kubik.Glass.Pages;

/// <summary>Text as XML takes it.</summary>
internal static class XmlText
{
    private const char Replacement = '\uFFFD';

    /// <summary>The text with � for each sign that XML has no place for.</summary>
    public static string Clean(string text)
    {
        StringBuilder? clean = null; // of most texts there is nothing to change
        for (int i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i])) continue;
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i])) i++;
            else (clean ??= new(text))[i] = Replacement;
        }
        return clean?.ToString() ?? text;
    }

    /// <summary>The text inside of an element or an attribute.</summary>
    public static string Escaped(string text) => WebUtility.HtmlEncode(Clean(text));
}
