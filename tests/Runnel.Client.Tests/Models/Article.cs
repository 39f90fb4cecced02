namespace Runnel.Client.Tests.Models;

[Synced]
public partial class Article
{
    [Key] public partial Guid Id { get; set; }
    [Counter] public partial int Likes { get; set; }
    [Counter] public partial long Views { get; private set; }
    [Counter] public partial byte Stars { get; set; }
    [SetOf] public partial ISet<string> Tags { get; }
    [SetOf] public partial SyncedSet<Label> Labels { get; }
    [SetOf] internal partial ISet<decimal> Prices { get; }
    [WasNamed("headline"), WasNamed("heading")] public partial string Title { get; set; }
    [Field("body-text")] public partial string? Body { get; set; }
    [NotSynced] public bool IsSelected { get; set; }
    public void View() => IncrementViews();
    public void SetViews(long views) => Views = views;
    public string Summary => $"{Title} ({Likes})";
}
