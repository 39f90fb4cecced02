namespace Runnel.Client.Browser.Page;

[Synced("task")]
internal sealed partial class TestTask
{
    [Key]
    public partial string Id { get; set; }

    public partial string Title { get; set; }

    public partial bool Completed { get; set; }

    [Counter]
    public partial int Uses { get; set; }
}
