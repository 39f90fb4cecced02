namespace Runnel.Client.Tests.Models;

public class InboundTests
{
    private readonly Owner _owner = new();

    [Fact]
    public void Only_what_reads_differently_is_told()
    {
        var task = _owner.Load<TodoTask>("""{"title":"Milk"}""");
        var changes = task.Watch();

        Assert.True(_owner.Apply(task, "title", "\"Bread\""));
        Assert.False(_owner.Apply(task, "title", "\"Bread\""));
        Assert.False(_owner.Apply(task, "completed", "false"));
        Assert.False(_owner.Apply(task, "unknown", "1"));
        Assert.True(_owner.Apply(task, "completed", "true"));
        Assert.True(_owner.Apply(task, "completed", null));

        Assert.Equal(["Title", "Completed", "Completed"], changes);
        Assert.Equal(("Bread", false), (task.Title, task.Completed));
        Assert.Empty(_owner.Written);
    }

    [Fact]
    public void A_missing_or_null_field_reads_as_the_default_of_its_type()
    {
        var nulls = string.Join(",", ((IEnumerable<string>)["text", "flag", "int64", "moment", "bytes", "label", "names", "address", "point", "ids"]).Select(name => $"\"{name}\":null"));
        foreach (var model in new[] { _owner.Load<Everything>("{}"), _owner.Load<Everything>($"{{{nulls}}}") })
        {
            Assert.Equal(("", null, false, 0L, default, Label.None), (model.Text, model.MaybeText, model.Flag, model.Int64, model.Moment, model.Label));
            Assert.Equal((null, 0, null), (model.Address, model.Point.X, model.MaybeInstant));
            Assert.Empty(model.Bytes);
            Assert.Empty(model.Names);
            Assert.Empty(model.Ids);
            Assert.Null(model.MaybeNames);
        }
    }

    [Theory]
    [InlineData("text", "5")]
    [InlineData("text", "{}")]
    [InlineData("flag", "\"true\"")]
    [InlineData("letter", "\"ab\"")]
    [InlineData("letter", "\"\"")]
    [InlineData("uInt8", "256")]
    [InlineData("uInt8", "-1")]
    [InlineData("int32", "1.5")]
    [InlineData("int32", "\"many\"")]
    [InlineData("int64", "\"9223372036854775808\"")]
    [InlineData("int64", "1e+300")]
    [InlineData("int128", "1e+300")]
    [InlineData("single", "1e+300")]
    [InlineData("double", "\"infinity\"")]
    [InlineData("double", "\"1e400\"")]
    [InlineData("decimal", "1e+30")]
    [InlineData("decimal", "\" 1\"")]
    [InlineData("guid", "\"0190e5a07d4c7abc8def0123456789ab\"")]
    [InlineData("date", "\"31.01.2026\"")]
    [InlineData("date", "\"2026-02-30\"")]
    [InlineData("time", "\"24:00:00\"")]
    [InlineData("span", "\"forever\"")]
    [InlineData("moment", "\"yesterday\"")]
    [InlineData("instant", "\"2026-01-31T18:30:00\"")]
    [InlineData("instant", "1738348200")]
    [InlineData("maybeInstant", "\"soon\"")]
    [InlineData("link", "7")]
    [InlineData("bytes", "\"***\"")]
    [InlineData("label", "\"Purple\"")]
    [InlineData("label", "\"red\"")]
    [InlineData("label", "10000000000")]
    [InlineData("days", "\"Monday\"")]
    [InlineData("days", "256")]
    [InlineData("names", "\"a\"")]
    [InlineData("ids", "{}")]
    [InlineData("address", "[]")]
    [InlineData("point", "\"1,2\"")]
    [InlineData("percent", "{\"value\":101}")]
    public void What_cannot_be_read_reads_as_the_default_and_is_not_destroyed(string field, string json)
    {
        var model = _owner.Load<Everything>($"{{\"{field}\":{json}}}");
        var fresh = new Everything();
        Assert.Equal(Read(fresh, field), Read(model, field));

        model.Flag = field != "flag" || model.Flag;   // another edit leaves it alone
        SetWhatIsRead(model, field);                  // and so does a two-way binding's echo
        Assert.DoesNotContain(_owner.Written, written => written.StartsWith(field + ' ', StringComparison.Ordinal));

        _owner.Remove(model);
        Assert.Equal(json, _owner.Insert(model).Changes.Single(change => change.Name.Value == field).Delta.ToString());
    }

    [Fact]
    public void What_could_not_be_read_is_replaced_by_an_edit_and_by_the_next_value()
    {
        var task = _owner.Load<TodoTask>("""{"label":"Purple"}""");
        task.Label = Label.Red;
        Assert.Equal(["label \"Red\""], _owner.Written);

        _owner.Apply(task, "label", "\"Purple\"");
        Assert.Equal(Label.None, task.Label);
        _owner.Apply(task, "label", "\"Orange\"");
        Assert.Equal(Label.Orange, task.Label);

        _owner.Remove(task);
        Assert.Contains("\"label\":\"Orange\"", _owner.Insert(task).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("int32", "\"5\"", 5)]
    [InlineData("uInt64", "5", 5)]
    [InlineData("int64", "9007199254740992", 1L << 53)]
    [InlineData("int128", "1e+21", 1e21)]
    [InlineData("double", "\"2.5\"", 2.5)]
    [InlineData("decimal", "\"2.50\"", 2.5)]
    [InlineData("decimal", "1e-7", 0.0000001)]
    [InlineData("single", "0.1", 0.1f)]
    public void Numbers_are_read_in_either_dress(string field, string json, double expected)
    {
        var model = _owner.Load<Everything>($"{{\"{field}\":{json}}}");

        Assert.Equal(expected, Read(model, field) is Int128 wide ? (double)wide : Convert.ToDouble(Read(model, field), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Times_are_read_in_every_zone()
    {
        var model = _owner.Load<Everything>("""{"moment":"2026-01-31T18:30:00+02:00","instant":"2026-01-31T18:30:00Z"}""");

        Assert.Equal(new DateTime(2026, 1, 31, 16, 30, 0, DateTimeKind.Utc), model.Moment);
        Assert.Equal(DateTimeKind.Utc, model.Moment.Kind);
        Assert.Equal(TimeSpan.Zero, model.Instant.Offset);
    }

    [Fact]
    public void A_list_leaves_out_what_it_cannot_read()
    {
        var model = _owner.Load<Everything>("""{"numbers":[1,"x",null,3],"maybeNames":["a",null,7],"lines":[{"article":"Milk"},5]}""");

        Assert.Equal([1, 3], model.Numbers);
        Assert.Equal(["a", null], model.MaybeNames);
        Assert.Equal("Milk", Assert.Single(model.Lines).Article);

        model.Numbers = [1, 3];
        Assert.Empty(_owner.Written);
    }

    [Fact]
    public void A_former_name_is_read_where_the_new_one_is_absent()
    {
        var article = _owner.Load<Article>("""{"heading":"Oldest","headline":"Old"}""");
        Assert.Equal("Old", article.Title);

        article.Title = "New";
        Assert.Equal(["title \"New\""], _owner.Written);

        Assert.Equal("Oldest", _owner.Load<Article>("""{"heading":"Oldest"}""").Title);
        Assert.Equal("Newest", _owner.Load<Article>("""{"heading":"Oldest","title":"Newest"}""").Title);
    }

    [Fact]
    public void The_fields_that_read_a_name_are_found_by_it()
    {
        var map = Map<Article>();

        Assert.Equal(["Title"], map.FieldsThatRead(FieldName.Parse("heading")).Select(field => field.PropertyName));
        Assert.Equal(["Body"], map.FieldsThatRead(FieldName.Parse("body-text")).Select(field => field.PropertyName));
        Assert.Empty(map.FieldsThatRead(FieldName.Parse("body")));
        Assert.Equal("article", map.Collection.Value);
        Assert.Equal("class", Assert.Single(Map<Note>().Fields).Name.Value);
    }

    private static Runnel.Client.Models.ModelMap<T> Map<T>() where T : class, Runnel.Client.Models.ISynced<T> => T.Map;

    private static System.Reflection.PropertyInfo Property(string field) =>
        typeof(Everything).GetProperty(Map<Everything>().Fields.Single(known => known.Name.Value == field).PropertyName)!;

    private static object? Read(Everything model, string field) => Property(field).GetValue(model);

    private static void SetWhatIsRead(Everything model, string field) => Property(field).SetValue(model, Property(field).GetValue(model));
}
