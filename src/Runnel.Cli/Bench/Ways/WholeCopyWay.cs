namespace Runnel.Cli.Bench.Ways;

/// <summary>Each edit sends the whole list.</summary>
internal sealed class WholeCopyWay : IWay
{
    private TodoDocument _list = new();

    public string Name => "whole copy";

    public bool ReturnsToAuthor => false;

    public byte[] Make(TodoEdit edit)
    {
        _list.Apply(edit);
        return _list.ToJson().Utf8.ToArray();
    }

    public byte[] Relay(byte[] sent)
    {
        Take(sent);
        return sent;
    }

    public void Take(byte[] relayed) => _list = TodoDocument.Parse(relayed);
}
