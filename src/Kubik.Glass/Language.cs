namespace Kubik.Glass;

/// <summary>The language of the words that the glass box writes; formulas are the same in all.</summary>
public enum Language
{
    /// <summary>English.</summary>
    English,
    /// <summary>Russian.</summary>
    Russian,
}
