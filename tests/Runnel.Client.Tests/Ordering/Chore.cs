namespace Runnel.Client.Tests.Ordering;

[Synced]
public partial class Chore
{
    public partial string Name { get; set; }
    public partial OrderKey Place { get; set; }
}
