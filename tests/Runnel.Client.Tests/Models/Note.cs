namespace Runnel.Client.Tests.Models;

[Synced]
public partial class Note
{
    [Key] public partial string? Name { get; init; }
    public partial string @class { get; set; }
}
